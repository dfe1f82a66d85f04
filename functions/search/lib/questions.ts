import type { Typed } from './typed-words.ts';

/** A typed word or phrase, or two neighbours (`size` 2), with all that the catalog knows of it, as `readWords` reads it. Queries are texts of tsqueries. */
export interface Known {
  /** Which of the typed ones, from 1; of two neighbours the first. */
  ord: number;
  size: 1 | 2;
  /** How products have it, in any spelling. Empty: a word too common to search for ("the"). */
  query: string;
  /** How names have it, such words too. */
  named: string;
  known: boolean;
  /** What stands for it: categories, synonyms, both neighbours in one word. */
  also: string[];
  /** What was probably meant, when it is not known, the likeliest first. */
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
    'affordable anything article articles awesome beautiful best bestseller bestsellers bestselling budget buy buying cheap cheaper cheapest choose ' +
    'clearance cool deal deals discount discounts everything fan fans find gear get getting give giving goes going good goods great help inexpensive item ' +
    'items kind like looking lover lovers make makes making near need needs new nice offer offers online order people please pretty price prices product ' +
    'products quality rated recommend recommended reviews sale search sell shop shopping show something sort store stuff thing things top use used ' +
    'uses using want wants'
  ).split(' '),
);

/** For whom, for when, which colour and size: the first to be left out where nothing has all words. A shop without black sofas shows sofas, not what is black. */
const weak = new Set(
  (
    'adult adults anniversary beige big birthday black blue boy boyfriend boys brown child children christmas comfortable dad daughter delivery elegant ' +
    'father free friend friends genuine gift gifts girl girlfriend girls golden grandma grandpa gray green grey huge husband idea ideas kid kids ladies lady ' +
    'large lightweight man medium men mens mini modern mom mother mum orange original pink portable present presents purple red shipping silver ' +
    'simple small son stylish tiny toddler toddlers unisex valentines vintage violet wedding white wife woman women womens xmas yellow'
  ).split(' '),
);
const isOneOf = (list: ReadonlySet<string>, said: string) => list.has(said.toLowerCase().replace(/['’]s?$/, ''));

interface Part {
  query: string;
  said: string;
  /** Another word than was typed. */
  changed: boolean;
  /** The catalog has what was typed. */
  known: boolean;
  weak: boolean;
}

const anyOf = (queries: readonly string[]) => `(${queries.filter((query) => query !== '').join(' | ')})`;

/**
 * What to search for, one after the other until something is found: all words; all but one of three or four; those that are not weak; any of them. Words
 * in quotes and left out ones are taken at their word, and so is everything with `exact`: then there is one question.
 */
export function questionsOf(typed: readonly Typed[], words: readonly Known[], exact: boolean): Asked[] {
  const pairs = new Map(words.filter(({ size, also }) => size === 2 && also.length > 0).map((row) => [row.ord, row]));
  const questions = questionsWith(pairs, typed, words, exact);
  // Where nothing has what two neighbours are together, they may be two words after all.
  return pairs.size > 0 && !exact ? [...questions, ...questionsWith(new Map(), typed, words, exact)] : questions;
}

/** @param pairs neighbours that are one thing together, by the place of the first */
function questionsWith(pairs: ReadonlyMap<number, Known>, typed: readonly Typed[], words: readonly Known[], exact: boolean): Asked[] {
  const single = new Map(words.filter(({ size }) => size === 1).map((row) => [row.ord, row]));
  const wanted = typed
    .map((one, i) => ({ ...one, row: single.get(i + 1) }))
    .filter(({ not, row }) => !not && row && (row.query || row.named));
  // Words like "the" are searched for only where there are no others: then in names. And so are fillers, but for `exact`, and for those that are half
  // of something ("looking glass").
  const halfOfPair = (ord: number) => pairs.has(ord) || pairs.has(ord - 1);
  const telling = firstOf(
    wanted.filter(
      ({ row, phrase, said }) => row && row.query !== '' && (exact || phrase || halfOfPair(row.ord) || !isOneOf(fillers, said)),
    ),
    wanted.filter(({ row }) => row?.query !== ''),
  );
  const asked = firstOf(telling, wanted);
  const left = typed.flatMap(({ not, said }, i) => {
    const query = single.get(i + 1)?.query;
    return not && query ? [{ query: `!(${query})`, said: `-${said}` }] : [];
  });
  if (asked.length === 0) return [];

  const groups = new Map<number, Part[]>();
  for (let i = 0; i < asked.length; i++) {
    const one = asked[i];
    if (!one?.row) continue;
    const parts = groups.get(one.group) ?? [];
    groups.set(one.group, parts);
    const next = asked[i + 1];
    const pair = pairs.get(one.row.ord);
    if (pair && next?.row?.ord === one.row.ord + 1) {
      // As they were typed they are one thing already: nothing of them needs mending.
      const half = (row: Known, said: string): Part =>
        pair.mended ? partOf(row, said) : { query: ownQuery(row), said, changed: false, known: true, weak: false };
      const left = half(one.row, one.said);
      const right = half(next.row, next.said);
      parts.push({
        query: anyOf([`(${left.query} & ${right.query})`, ...pair.also]),
        said: `${left.said} ${right.said}`,
        changed: left.changed || right.changed,
        known: left.known && right.known,
        weak: false,
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
  const allOf = (some: readonly Part[]) => ask(some.map(({ query }) => query).join(' & '), some.map(({ said }) => said).join(' '), true);
  const anyIn = (some: readonly Part[], queries = some.map(({ query }) => query)) =>
    ask(queries.join(' | '), some.map(({ said }) => said).join(' or '), true);
  // What was mended is a guess, and what nothing is like finds nothing: before others are left out, those are. Then what is weak.
  const sure = firstOf(
    parts.filter((part) => part.known),
    parts,
  );
  const strong = firstOf(
    sure.filter((part) => !part.weak),
    sure,
  );
  if (sure.length < parts.length) questions.push(allOf(sure));
  if (sure.length === 3 || sure.length === 4) {
    const butOne = sure.map((_, i) => sure.filter((_, j) => j !== i).map(({ query }) => query));
    questions.push(
      anyIn(
        sure,
        butOne.map((queries) => `(${queries.join(' & ')})`),
      ),
    );
  }
  if (strong.length < sure.length) questions.push(allOf(strong));
  const lists = [strong, sure, parts];
  const larger = lists.filter((list, i) => list.length > (lists[i - 1]?.length ?? 1));
  return [...questions, ...larger.map((list) => anyIn(list))];
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
  const { known, also, meant } = row;
  const [likeliest] = meant;
  if (known || !likeliest) return { query: anyOf([ownQuery(row), ...also]), said, changed: false, known, weak: isOneOf(weak, said) };
  const { word } = likeliest;
  return { query: anyOf(meant.map(({ query }) => `(${query})`)), said: word, changed: true, known, weak: isOneOf(weak, word) };
}
