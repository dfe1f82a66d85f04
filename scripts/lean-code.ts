// What makes bundles smaller and quicker to load, by marks in the code that mean nothing else.
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import ts from 'typescript';

/**
 * Lets esbuild leave out of a bundle the schemas, routes and events of a contract that it does not use. esbuild keeps every call at the top of
 * a file, for it might do something besides giving a value; those of a contract never do, so they are marked as pure.
 */
export const dropUnusedDeclarations: Plugin = {
  name: 'drop-unused-declarations',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/(lib\/contract|platform\/http\/schemas|platform\/money)\.ts$/ }, ({ path }) => ({
      contents: markPure(readFileSync(path, 'utf8')),
      loader: 'ts',
    })),
};

/** TypeScript in which each constant at the top of the file is the result of a call that is marked as pure. Lines stay where they are. */
export function markPure(text: string): string {
  const initializers = declarationsOf(text, ts.ScriptKind.TS).filter((value) => !ts.isArrowFunction(value));
  return surround(text, initializers, '/* @__PURE__ */ (() => (', '))()');
}

/**
 * Puts the functions that esbuild wraps CommonJS modules in (`var a=f((exports,module)=>{…})`) into parentheses. V8 takes them for a sign that a
 * function is called at once and compiles it as it reads it, not twice: first skimming it, then again on its call.
 */
export function compileAtOnce(minified: string): string {
  const wrapped = declarationsOf(minified, ts.ScriptKind.JS).flatMap((value) =>
    ts.isCallExpression(value) ? value.arguments.slice(0, 1) : [],
  );
  return surround(minified, wrapped.filter(ts.isArrowFunction), '(', ')');
}

function declarationsOf(text: string, kind: ts.ScriptKind): ts.Expression[] {
  return ts
    .createSourceFile('', text, ts.ScriptTarget.Latest, false, kind)
    .statements.filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ initializer }) => initializer ?? []);
}

function surround(text: string, nodes: ts.Expression[], before: string, after: string): string {
  const inner = (node: ts.Expression) => text.slice(node.getFullStart(), node.end);
  const ends = [0, ...nodes.map(({ end }) => end)];
  return (
    nodes.map((node, i) => `${text.slice(ends[i], node.getFullStart())}${before}${inner(node)}${after}`).join('') + text.slice(ends.at(-1))
  );
}
