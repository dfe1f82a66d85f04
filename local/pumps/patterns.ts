/**
 * EventBridge's event patterns (AWS docs eb-create-pattern-operators): exact values, prefix, suffix, anything-but, numeric and exists. Any
 * other operator is an error when the pattern is compiled, so that a rule never matches something else here than in the cloud. `npm run
 * aws:check` compares with AWS's own matcher; they differ only for `exists: false` inside one of several objects of an array, where AWS's goes
 * by the order of the fields.
 */
import type { Tree } from '../template-values.ts';

export type Matcher = (event: object) => boolean;

type Test = (value: unknown) => boolean;
/** What one field must be: one of the tests, or (`absent`) not there at all. */
interface Leaf {
  tests: Test[];
  absent: boolean;
}
type Compiled = Leaf | Map<string, Compiled>;

/** @param at where the pattern stands, for errors */
export function compilePattern(pattern: Tree, at: string): Matcher {
  const compiled = compileObject(pattern, at);
  return (event) => matchesObject(compiled, event, event, []);
}

function compileObject(pattern: unknown, at: string): Map<string, Compiled> {
  const fields = Object.entries(isObject(pattern) ? pattern : {});
  if (fields.length === 0) throw new Error(`${at} must be an object with fields`);
  return new Map(
    fields.map(([name, part]) => {
      if (name.startsWith('$')) throw new Error(`${at}.${name}: this operator is not known here`);
      return [name, Array.isArray(part) ? compileLeaf(part, `${at}.${name}`) : compileObject(part, `${at}.${name}`)];
    }),
  );
}

function compileLeaf(alternatives: unknown[], at: string): Leaf {
  if (alternatives.length === 0) throw new Error(`${at} names no value`);
  const leaf: Leaf = { tests: [], absent: false };
  for (const [i, alternative] of alternatives.entries()) {
    if (isObject(alternative) && 'exists' in alternative && alternative.exists === false) leaf.absent = true;
    else leaf.tests.push(compileTest(alternative, `${at}[${i}]`));
  }
  return leaf;
}

function compileTest(alternative: unknown, at: string): Test {
  if (!isObject(alternative)) {
    if (Array.isArray(alternative)) throw new Error(`${at} is neither a value nor an operator`);
    return (value) => value === alternative;
  }
  const [[operator, operand] = ['', undefined], ...more] = Object.entries(alternative);
  const compile = operators[operator];
  if (compile === undefined || more.length > 0)
    throw new Error(`${at}: ${Object.keys(alternative).join(' and ') || '{}'} is not known here`);
  return compile(operand, at);
}

const operators: Record<string, (operand: unknown, at: string) => Test> = {
  exists: (operand, at) => {
    if (operand !== true) throw new Error(`${at}: exists takes true or false`);
    return () => true;
  },
  prefix: (operand, at) => startsWith(text(operand, at)),
  suffix: (operand, at) => endsWith(text(operand, at)),
  'anything-but': (operand, at) => {
    const refused = isObject(operand)
      ? refusedAffixes(operand, at)
      : oneOrMore(operand, at).map((value) => (other: unknown) => other === value);
    return (value) => !refused.some((test) => test(value));
  },
  numeric: (operand, at) => {
    const conditions = Array.isArray(operand) ? operand : [];
    if (conditions.length === 0 || conditions.length % 2 === 1) throw new Error(`${at}: numeric takes pairs of comparison and number`);
    const tests = Array.from({ length: conditions.length / 2 }, (_, i) => comparison(conditions[2 * i], conditions[2 * i + 1], at));
    return (value) => typeof value === 'number' && tests.every((test) => test(value));
  },
};

const startsWith = (start: string) => (value: unknown) => typeof value === 'string' && value.startsWith(start);
const endsWith = (end: string) => (value: unknown) => typeof value === 'string' && value.endsWith(end);

/** `{"anything-but": {"prefix": …}}`: takes one text or several. */
function refusedAffixes(operand: Tree, at: string): Test[] {
  const [[operator, affixes] = ['', undefined], ...more] = Object.entries(operand);
  const affix = { prefix: startsWith, suffix: endsWith }[operator];
  if (affix === undefined || more.length > 0)
    throw new Error(`${at}: anything-but ${Object.keys(operand).join(' and ')} is not known here`);
  return oneOrMore(affixes, at).map((each) => {
    if (each === '') throw new Error(`${at}: anything-but an empty ${operator} matches nothing`);
    return affix(text(each, at));
  });
}

function oneOrMore(operand: unknown, at: string): (string | number)[] {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0 || !values.every((value) => typeof value === 'string' || typeof value === 'number'))
    throw new Error(`${at}: anything-but takes texts and numbers`);
  return values as (string | number)[];
}

function comparison(sign: unknown, limit: unknown, at: string): (value: number) => boolean {
  if (typeof limit !== 'number') throw new Error(`${at}: numeric compares with numbers`);
  if (sign === '=') return (value) => value === limit;
  if (sign === '<') return (value) => value < limit;
  if (sign === '<=') return (value) => value <= limit;
  if (sign === '>') return (value) => value > limit;
  if (sign === '>=') return (value) => value >= limit;
  throw new Error(`${at}: numeric does not know ${sign}`);
}

function text(operand: unknown, at: string): string {
  if (typeof operand !== 'string') throw new Error(`${at} takes a text`);
  return operand;
}

/** All fields of an object. Of an array of objects, one object must have them all. */
function matchesObject(pattern: Map<string, Compiled>, value: unknown, event: object, path: readonly string[]): boolean {
  if (Array.isArray(value) && value.length > 0) return value.some((each) => matchesObject(pattern, each, event, path));
  // What is no object has no fields, and can still match a pattern of absent ones. So can an empty array.
  const fields = isObject(value) ? value : {};
  for (const [name, part] of pattern) {
    const inner = [...path, name];
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (part instanceof Map ? !matchesObject(part, field, event, inner) : !matchesLeaf(part, field, event, inner)) return false;
  }
  return true;
}

const matchesLeaf = ({ tests, absent }: Leaf, value: unknown, event: object, path: readonly string[]): boolean =>
  leavesOf(value).some((leaf) => tests.some((test) => test(leaf))) || (absent && leavesAt(event, path).length === 0);

/** A field's value, or those of its array. An object is none: patterns compare leaves only. */
function leavesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value === undefined || isObject(value) ? [] : [value];
}

/** Every leaf at a path of the event, whichever element of an array has it. */
function leavesAt(value: unknown, [name, ...rest]: readonly string[]): unknown[] {
  if (name === undefined) return leavesOf(value);
  if (Array.isArray(value)) return value.flatMap((each) => leavesAt(each, [name, ...rest]));
  return isObject(value) && Object.hasOwn(value, name) ? leavesAt(value[name], rest) : [];
}

const isObject = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
