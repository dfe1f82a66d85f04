// A tsquery's text (PostgreSQL's manual, 8.11.2) as a tree, so that another engine can be asked the same.

export type Asked = { word: string; begins: boolean } | { not: Asked } | { all: Asked[] } | { any: Asked[] };

type Token = { word: string; begins: boolean } | '&' | '|' | '!' | '(' | ')';

const pattern = /\s*(?:'((?:[^'\\]|''|\\.)*)'(?::([*A-D]*))?|(<->|<\d+>|[&|!()]))/gy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const match = pattern.exec(text);
    if (!match) throw new SyntaxError(`This is no tsquery: ${text}`);
    const [, quoted, flags = '', operator] = match;
    if (quoted !== undefined)
      tokens.push({ word: quoted.replace(/''|\\(.)/g, (_, escaped = "'") => escaped), begins: flags.includes('*') });
    // Words stand in no order in an index of words: one behind the other is both.
    else tokens.push(operator?.startsWith('<') ? '&' : (operator as Token));
  }
  return tokens;
}

/** Reads the text of a tsquery; undefined when it asks for nothing, as that of stop words alone. @throws SyntaxError */
export function readTsquery(text: string): Asked | undefined {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return undefined;
  let at = 0;
  const fail = () => new SyntaxError(`This is no tsquery: ${text}`);

  const one = (): Asked => {
    const token = tokens[at++];
    if (token === '!') return { not: one() };
    if (token === '(') {
      const inner = any();
      if (tokens[at++] !== ')') throw fail();
      return inner;
    }
    if (typeof token !== 'object') throw fail();
    return token;
  };
  const joined = (part: () => Asked, by: '&' | '|', as: (parts: Asked[]) => Asked): Asked => {
    const parts = [part()];
    while (tokens[at] === by) {
      at++;
      parts.push(part());
    }
    return parts.length === 1 ? (parts[0] as Asked) : as(parts);
  };
  const all = (): Asked => joined(one, '&', (parts) => ({ all: parts }));
  const any = (): Asked => joined(all, '|', (parts) => ({ any: parts }));

  const asked = any();
  if (at < tokens.length) throw fail();
  return asked;
}
