import { splitMarks } from '../../lib/marks.ts';

/** A search highlight, as text: the found words in <mark>, nothing rendered as HTML. */
export const Highlight = ({ text }: { text: string }) =>
  splitMarks(text).map((piece, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other identity.
    piece.marked ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
  );
