export interface Piece {
  text: string;
  marked: boolean;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Splits a search highlight (HTML-escaped text with <mark> around the found words) into plain pieces, so that it is never rendered as HTML. */
export const splitMarks = (highlight: string): Piece[] =>
  highlight
    .split(/<mark>([\s\S]*?)<\/mark>/)
    .map((text, index) => ({ text: unescapeHtml(text), marked: index % 2 === 1 }))
    .filter((piece) => piece.text !== '');

const unescapeHtml = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name) return entities[name.toLowerCase()] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
