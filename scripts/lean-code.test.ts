import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { compileAtOnce, markPure } from './lean-code.ts';

describe('a contract whose declarations are marked as pure', () => {
  const contract = `import { make } from 'elsewhere';
const Part: Schema = make('part');
export const Used = make({ part: Part });
export const Unused = make(
  'unused', // for a reason
);
export const parts = { size: make('size') };
export const double = (value: number) => value * 2;
`;
  const withoutModules = (text: string) => text.replace(/^import.*$/m, '').replaceAll('export ', '');

  it('comes into a bundle with what is used of it, and no more', async () => {
    const bundle = async (text: string) => {
      const { code } = await transform(`${withoutModules(text)}use(Used);`, { loader: 'ts', format: 'iife', treeShaking: true });
      return [...code.matchAll(/make\(\s*("\w+"|\{.*?\})/gs)].map(([, made]) => made);
    };
    expect(await bundle(contract)).toEqual(['"part"', '{ part: Part }', '"unused"', '"size"']);
    expect(await bundle(markPure(contract))).toEqual(['"part"', '{ part: Part }']);
  });

  it('gives the same values on the same lines', async () => {
    const made: unknown[] = [];
    const make = (of: unknown) => made.push(of) && of;
    const marked = await transform(withoutModules(markPure(contract)), { loader: 'ts' });
    const values = new Function('make', `${marked.code}; return { Used, Unused, parts, doubled: double(2) }`)(make);
    expect(values).toEqual({ Used: { part: 'part' }, Unused: 'unused', parts: { size: 'size' }, doubled: 4 });
    expect(made).toHaveLength(4);
    expect(markPure(contract).split('\n')).toHaveLength(contract.split('\n').length);
  });
});

describe('wrapped CommonJS modules', () => {
  it('are put into parentheses, and nothing else is', () => {
    const wrapped =
      'var f=(r,e)=>()=>(e||r((e={exports:{}}).exports,e),e.exports);var a=f((x,m)=>{m.exports=2});var b=f(x=>{x.c=a()+1}),d=f(a);b().c;';
    expect(compileAtOnce(wrapped)).toBe(
      'var f=(r,e)=>()=>(e||r((e={exports:{}}).exports,e),e.exports);var a=f(((x,m)=>{m.exports=2}));var b=f((x=>{x.c=a()+1})),d=f(a);b().c;',
    );
  });
});
