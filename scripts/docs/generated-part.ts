const begin = '<!-- Written from the code by npm run docs: edit the code instead. -->';
const end = '<!-- The end of what is written from the code. -->';

/** A Markdown page with `text` between its two marker comments, replacing what was there; the prose around them is written by hand. */
export function withGeneratedPart(page: string, text: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`The page lacks its markers: ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${page.slice(to)}`;
}

/** A Markdown table. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '-'), ...rows]
    .map((cells) => `|${cells.map((cell) => (cell === '-' ? '---' : ` ${cell} `)).join('|')}|`)
    .join('\n');
