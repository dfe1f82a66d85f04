/**
 * What a mail says, from top to bottom. The one source of its two parts: `html.ts` and `text.ts` each write every kind of block, so the text is
 * made for reading and not what is left of HTML without its tags.
 */
export interface MailContent {
  subject: string;
  /** What an inbox shows beside the subject; readers never see it in the mail itself. */
  preview: string;
  heading: string;
  blocks: readonly Block[];
}

export type Block =
  | { type: 'paragraph'; text: string }
  /** The one thing to do next. */
  | { type: 'button'; label: string; url: string }
  /** What was ordered, and what it comes to; amounts as they are shown. */
  | { type: 'items'; items: readonly Item[]; totals: readonly Amount[] }
  /** Lines under a title, such as an address. */
  | { type: 'lines'; title: string; lines: readonly string[] };

export interface Item {
  name: string;
  quantity: number;
  /** Of one piece. */
  unitPrice: string;
  lineTotal: string;
}

export interface Amount {
  label: string;
  amount: string;
  /** The line that counts: the total. */
  strong?: boolean;
}
