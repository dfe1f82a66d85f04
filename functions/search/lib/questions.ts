import type { Typed } from './typed-words.ts';

/** What the catalog knows of a typed word, a phrase or two neighbours: as `readWords` reads it. */
interface Known {
  ord: number;
  size: 1 | 2;
  query: string;
  named: string;
  known: boolean;
  also: string[];
  meant: { word: string; query: string }[];
  /** Of two neighbours: known only as `mendedWords` has them. */
  mended?: boolean;
}

/** One thing to search for: the text of a tsquery, and how a person would type it. */
export interface Asked {
  tsquery: string;
  q: string;
  changed: boolean;
}

/** What says nothing in a shop: it is left out where there are other words, as "the" is. */
const fillers = new Set(
  (
    'affordable anything article articles awesome beautiful best buy buying cheap cheapest cool deal deals everything fan fans find gear get getting give giving ' +
    'good goods great inexpensive item items like looking lover lovers need needs new nice online order people please pretty price prices product products ' +
    'quality sale search shop shopping something store stuff thing things top want wants'
  ).split(' '),
);

interface Part {
  query: string;
  said: string;
  changed: boolean;
}

const anyOf = (queries: readonly string[]) => `(${queries.filter((query) => query !== '').join(' | ')})`;

/**
 * What to search for, one after the other until something is found: all words; all but one of three or four; any of them. Words in quotes and left out
 * ones are taken at their word, and so is everything with `exact`: then there is one question.
 */
export function questionsOf(typed: readonly Typed[], words: readonly Known[], exact: boolean): Asked[] {
  const single = new Map(words.filter(({ size }) => size === 1).map((row) => [row.ord, row]));
  const wanted = typed
    .map((one, i) => ({ ...one, row: single.get(i + 1) }))
    .filter(({ not, row }) => !not && row && (row.query || row.named));
  // Words like "the" are searched for only where there are no others: then in names. And so are fillers, but for `exact`.
  const telling = firstOf(
    wanted.filter(({ row, phrase, said }) => row?.query !== '' && (exact || phrase || !fillers.has(said.toLowerCase()))),
    wanted.filter(({ row }) => row?.query !== ''),
  );
  const asked = firstOf(telling, wanted);
  const left = typed.flatMap(({ not, said }, i) => {
    const query = single.get(i + 1)?.query;
    return not && query ? [{ query: `!(${query})`, said: `-${said}` }] : [];
  });
  if (asked.length === 0) return [];

  const groups = new Map<number, Part[]>();
  const pairs = new Map(words.filter(({ size, also }) => size === 2 && also.length > 0).map((row) => [row.ord, row]));
  for (let i = 0; i < asked.length; i++) {
    const one = asked[i];
    if (!one?.row) continue;
    const parts = groups.get(one.group) ?? [];
    groups.set(one.group, parts);
    const next = asked[i + 1];
    const pair = pairs.get(one.row.ord);
    if (pair && next?.row?.ord === one.row.ord + 1) {
      // As they were typed they are one thing already: nothing of them needs mending.
      const half = (row: Known, said: string): Part => (pair.mended ? partOf(row, said) : { query: ownQuery(row), said, changed: false });
      const left = half(one.row, one.said);
      const right = half(next.row, next.said);
      parts.push({
        query: anyOf([`(${left.query} & ${right.query})`, ...pair.also]),
        said: `${left.said} ${right.said}`,
        changed: left.changed || right.changed,
      });
      i += 1;
    } else parts.push(partOf(one.row, one.phrase ? `"${one.said}"` : one.said));
  }

  const all = [...groups.values()];
  const parts = all.flat();
  const changed = parts.some((part) => part.changed);
  const without = (query: string) => [`(${query})`, ...left.map((one) => one.query)].join(' & ');
  const ask = (query: string, q: string, isChanged: boolean): Asked => ({
    tsquery: without(query),
    q: [q, ...left.map((one) => one.said)].join(' '),
    changed: isChanged,
  });

  const questions = [
    ask(
      all.map((group) => group.map(({ query }) => query).join(' & ')).join(' | '),
      all.map((group) => group.map(({ said }) => said).join(' ')).join(' or '),
      changed,
    ),
  ];
  if (exact || parts.length < 2 || all.length > 1 || wanted.some(({ phrase }) => phrase)) return questions;
  // What was mended is a guess: before others are left out, that is.
  const sure = firstOf(
    parts.filter((part) => !part.changed),
    parts,
  );
  const saying = (some: readonly Part[], between: string) => some.map(({ said }) => said).join(between);
  if (sure.length < parts.length) questions.push(ask(sure.map(({ query }) => query).join(' & '), saying(sure, ' '), true));
  if (sure.length === 3 || sure.length === 4) {
    const butOne = sure.map(
      (_, i) =>
        `(${sure
          .filter((_, j) => j !== i)
          .map(({ query }) => query)
          .join(' & ')})`,
    );
    questions.push(ask(butOne.join(' | '), saying(sure, ' or '), true));
  }
  if (sure.length > 1) questions.push(ask(sure.map(({ query }) => query).join(' | '), saying(sure, ' or '), true));
  if (sure.length < parts.length) questions.push(ask(parts.map(({ query }) => query).join(' | '), saying(parts, ' or '), true));
  return questions;
}

/** What was typed, with the likeliest word for each that the catalog does not know; undefined where it knows them all. */
export function mendedWords(typed: readonly Typed[], words: readonly Known[]): Typed[] | undefined {
  const likeliest = new Map(words.filter(({ known, size }) => !known && size === 1).map(({ ord, meant: [first] }) => [ord, first?.word]));
  if ([...likeliest.values()].every((word) => word === undefined)) return undefined;
  return typed.map((one, i) => ({ ...one, said: likeliest.get(i + 1) ?? one.said }));
}

/** The first list, or where it is empty the other. */
const firstOf = <T>(list: readonly T[], other: readonly T[]): readonly T[] => (list.length > 0 ? list : other);

/** A word's own query; of one that is too common, in names. */
const ownQuery = ({ query, named }: Known) => `(${query || named})`;

function partOf(row: Known, said: string): Part {
  const [likeliest] = row.meant;
  if (row.known || !likeliest) return { query: anyOf([ownQuery(row), ...row.also]), said, changed: false };
  return { query: anyOf(row.meant.map(({ query }) => `(${query})`)), said: likeliest.word, changed: true };
}
