/** Value of a metric in one period; undefined: there is none. */
export type Values = Readonly<Record<string, number | undefined>>;

type Parse = (tokens: string[]) => Node;
type Node = (values: Values) => number | undefined;

const token = /\s*([A-Za-z_]\w*|\d+(?:\.\d+)?|>=|<=|==|!=|&&|\|\||[-+*/(),<>])/y;

const operators: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '>': (a, b) => Number(a > b),
  '<': (a, b) => Number(a < b),
  '>=': (a, b) => Number(a >= b),
  '<=': (a, b) => Number(a <= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};
operators['&&'] = operators.AND as (a: number, b: number) => number;
operators['||'] = operators.OR as (a: number, b: number) => number;

/** From what binds least to what binds most. */
const levels = [
  ['OR', '||'],
  ['AND', '&&'],
  ['>', '<', '>=', '<=', '==', '!='],
  ['+', '-'],
  ['*', '/'],
];

/**
 * Reads one of CloudWatch's metric math expressions, as far as our alarms go: numbers, metrics, arithmetic, comparisons (1 or 0), AND, OR, IF.
 * As there, a period in which one of its metrics has no value has none of the expression, and so has a division by zero.
 * @throws Error where it is no such expression
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function readExpression(text: string): { metrics: string[]; at: Node } {
  const tokens = tokensOf(text);
  const metrics = new Set<string>();
  const rest = [...tokens];
  const node = binary(0, metrics)(rest);
  if (rest.length > 0) throw new Error(`${text}: ${rest[0]} is not expected`);
  const at: Node = (values) => {
    if ([...metrics].some((name) => values[name] === undefined)) return undefined;
    const value = node(values);
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  };
  return { metrics: [...metrics], at };
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = token.lastIndex) {
    const [, found] = token.exec(text) ?? [];
    if (found === undefined) throw new Error(`${text}: ${text.slice(at)} is not understood`);
    tokens.push(found);
  }
  return tokens;
}

function binary(level: number, metrics: Set<string>): Parse {
  const known = levels[level];
  if (!known) return primary(metrics);
  const next = binary(level + 1, metrics);
  return (tokens) => {
    let left = next(tokens);
    while (known.includes(tokens[0] ?? '')) {
      const compute = operators[tokens.shift() ?? ''] as (a: number, b: number) => number;
      const [a, b] = [left, next(tokens)];
      left = (values) => {
        const [x, y] = [a(values), b(values)];
        return x === undefined || y === undefined ? undefined : compute(x, y);
      };
    }
    return left;
  };
}

function primary(metrics: Set<string>): Parse {
  const whole: Parse = (tokens) => binary(0, metrics)(tokens);
  const take = (tokens: string[], wanted: string) => {
    const found = tokens.shift();
    if (found !== wanted) throw new Error(`${found ?? 'the end'} stands where ${wanted} is expected`);
  };
  return (tokens) => {
    const first = tokens.shift() ?? '';
    if (/^\d/.test(first)) return () => Number(first);
    if (first === '(') {
      const inner = whole(tokens);
      take(tokens, ')');
      return inner;
    }
    if (first === 'IF') {
      take(tokens, '(');
      const condition = whole(tokens);
      take(tokens, ',');
      const yes = whole(tokens);
      take(tokens, ',');
      const no = whole(tokens);
      take(tokens, ')');
      return (values) => (condition(values) === 0 ? no(values) : yes(values));
    }
    // CloudWatch's ids begin with a small letter, its functions with a capital one.
    if (!/^[a-z]\w*$/.test(first)) throw new Error(`${first === '' ? 'the end' : first} is not known`);
    metrics.add(first);
    return (values) => values[first];
  };
}
