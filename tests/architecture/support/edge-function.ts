/** CloudFront Functions, run as CloudFront runs them: the template's code, in a JavaScript without Node. */
import { createContext, Script } from 'node:vm';
import ts from 'typescript';
import { parseTemplate } from '#local/template-yaml.ts';
import { read } from './sources.ts';

export interface EdgeRequest {
  method: string;
  uri: string;
  querystring: object;
  headers: Record<string, { value: string; multiValue?: { value: string }[] }>;
  cookies: object;
}

export interface EdgeResponse {
  statusCode: number;
  statusDescription: string;
  headers: EdgeRequest['headers'];
}

interface EdgeEvent {
  viewer?: { ip: string };
  request?: EdgeRequest;
  response?: EdgeResponse;
}

const { Resources } = parseTemplate(read('infra/edge.yaml')) as {
  Resources: Record<string, { Type: string; Properties: { FunctionCode: string; FunctionConfig: { Runtime: string } } }>;
};

export const edgeFunctions = Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
  Type === 'AWS::CloudFront::Function' ? [{ id, code: Properties.FunctionCode, runtime: Properties.FunctionConfig.Runtime }] : [],
);

/** The function's handler, from the template. It takes and gives copies, as over a network, and has no globals of Node. */
export function edgeFunction<Result>(id: string): (event: EdgeEvent) => Result {
  const code = edgeFunctions.find((each) => each.id === id)?.code ?? '';
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  new Script(code, { filename: id }).runInContext(context);
  return (event) => {
    const call = new Script(`JSON.stringify(handler(JSON.parse(${JSON.stringify(JSON.stringify(event))})))`);
    return JSON.parse(call.runInContext(context) as string);
  };
}

/** A request as CloudFront shows it to a function: the path as it was sent, headers in small letters. */
export const edgeRequest = (uri: string, headers: Record<string, string> = {}): EdgeRequest => ({
  method: 'GET',
  uri,
  querystring: {},
  headers: Object.fromEntries(Object.entries({ host: 'shop.example', ...headers }).map(([name, value]) => [name, { value }])),
  cookies: {},
});

/**
 * What a function's code has that cloudfront-js-2.0 does not promise: it is ECMAScript 5.1 with const, let, arrow functions, template literals and a few
 * methods (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html).
 */
export function unsupportedSyntax(code: string): string[] {
  const { SyntaxKind } = ts;
  const refused = new Set([
    ...[SyntaxKind.ClassDeclaration, SyntaxKind.ClassExpression, SyntaxKind.ForOfStatement, SyntaxKind.YieldExpression],
    ...[SyntaxKind.SpreadElement, SyntaxKind.SpreadAssignment, SyntaxKind.ObjectBindingPattern, SyntaxKind.ArrayBindingPattern],
    ...[SyntaxKind.ShorthandPropertyAssignment, SyntaxKind.ComputedPropertyName, SyntaxKind.MethodDeclaration],
    ...[SyntaxKind.QuestionDotToken, SyntaxKind.QuestionQuestionToken, SyntaxKind.BigIntLiteral, SyntaxKind.TaggedTemplateExpression],
    ...[SyntaxKind.ImportDeclaration, SyntaxKind.ExportDeclaration, SyntaxKind.ExportAssignment],
  ]);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (refused.has(node.kind)) found.push(`${SyntaxKind[node.kind]}: ${node.getText().slice(0, 60)}`);
    if (ts.isParameter(node) && node.initializer) found.push(`default parameter: ${node.getText()}`);
    if (ts.isRegularExpressionLiteral(node) && /\(\?<|\/[a-z]*[suyvd][a-z]*$|\\p\{/.test(node.text)) found.push(`pattern: ${node.text}`);
    if (ts.isIdentifier(node) && /^(require|process|Buffer|fetch|setTimeout|eval|Function)$/.test(node.text)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('function.js', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS));
  return found;
}
