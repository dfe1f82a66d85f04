import type { State } from './evaluate.ts';

const token = /\s*(ALARM|OK|INSUFFICIENT_DATA|TRUE|FALSE|AND|OR|NOT|\(|\)|"[^"]+")/y;

type Node = (stateOf: (alarm: string) => State) => boolean;

/**
 * Reads the rule of a composite alarm: ALARM("name"), OK(…), INSUFFICIENT_DATA(…), TRUE, FALSE, AND, OR, NOT, parentheses.
 * @throws Error where it is none
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function readRule(text: string): { alarms: string[]; holds: Node } {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = token.lastIndex) {
    const [, found] = token.exec(text) ?? [];
    if (found === undefined) throw new Error(`${text}: ${text.slice(at)} is not understood`);
    tokens.push(found);
  }
  const alarms = new Set<string>();
  const take = (wanted: string) => {
    const found = tokens.shift();
    if (found !== wanted) throw new Error(`${text}: ${found ?? 'the end'} stands where ${wanted} is expected`);
  };
  const or = (): Node => {
    const parts = [and()];
    while (tokens[0] === 'OR') {
      tokens.shift();
      parts.push(and());
    }
    return (stateOf) => parts.some((part) => part(stateOf));
  };
  const and = (): Node => {
    const parts = [not()];
    while (tokens[0] === 'AND') {
      tokens.shift();
      parts.push(not());
    }
    return (stateOf) => parts.every((part) => part(stateOf));
  };
  const not = (): Node => {
    if (tokens[0] !== 'NOT') return single();
    tokens.shift();
    const inner = not();
    return (stateOf) => !inner(stateOf);
  };
  const single = (): Node => {
    const first = tokens.shift();
    if (first === 'TRUE' || first === 'FALSE') return () => first === 'TRUE';
    if (first === '(') {
      const inner = or();
      take(')');
      return inner;
    }
    if (first !== 'ALARM' && first !== 'OK' && first !== 'INSUFFICIENT_DATA')
      throw new Error(`${text}: ${first ?? 'the end'} is not expected`);
    take('(');
    const name = (tokens.shift() ?? '').slice(1, -1);
    take(')');
    alarms.add(name);
    return (stateOf) => stateOf(name) === first;
  };
  const holds = or();
  if (tokens.length > 0) throw new Error(`${text}: ${tokens[0]} is not expected`);
  return { alarms: [...alarms], holds };
}
