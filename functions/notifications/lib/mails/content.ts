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

/** Text inside of ours on one line and in our direction, so that it cannot pass for a paragraph of the shop's. */
export const onOneLine = (text: string): string =>
  text
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

/**
 * What a shopper typed, such as a name or a street. Whoever orders with somebody else's address chooses what stands in their mail: so no mail program
 * may make a link of it. An invisible joiner behind dots, `@` and the colon of `://` sees to that.
 */
export const typed = (text: string): string =>
  onOneLine(text).replace(/(?<=[\p{L}\p{N}])[.\u3002\uff0e\uff61@](?=[\p{L}\p{N}])|:(?=\/\/)/gu, '$&\u2060');
