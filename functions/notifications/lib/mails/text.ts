import type { Block, MailContent } from './content.ts';
import { footer } from './html.ts';

/** The text part of a mail. No columns and no line breaks of our own: mail programs show it in any font and width. */
export const textOf = ({ heading, blocks }: MailContent): string =>
  `${['Kelvo', heading, ...blocks.map(part), `--\n${footer}`].join('\n\n')}\n`;

function part(block: Block): string {
  if (block.type === 'paragraph') return block.text;
  if (block.type === 'button') return `${block.label}:\n${block.url}`;
  if (block.type === 'lines') return [`${block.title}:`, ...block.lines].join('\n');
  return [
    ...block.items.map(({ name, quantity, unitPrice, lineTotal }) => `${quantity} × ${name} (${unitPrice} each): ${lineTotal}`),
    '',
    ...block.totals.map(({ label, amount }) => `${label}: ${amount}`),
  ].join('\n');
}
