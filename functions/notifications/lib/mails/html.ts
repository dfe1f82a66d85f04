import { html, raw } from 'hono/html';
import type { Amount, Block, Item, MailContent } from './content.ts';

// Mail programs know tables and inline styles; some drop <style>, so the light colours are inline and <style> has only what is beyond: dark mode.
// The colours are those of the shop (web/app/tokens.css); html.test.ts computes their contrast.
export const light = {
  paper: '#fbfaf7',
  surface: '#ffffff',
  ink: '#1e1c18',
  soft: '#5d5950',
  line: '#e2dfd7',
  accent: '#0f5c4c',
  onAccent: '#ffffff',
};
export const dark: typeof light = {
  paper: '#151715',
  surface: '#1d201d',
  ink: '#f0efe9',
  soft: '#b1b3aa',
  line: '#343934',
  accent: '#7fd8bd',
  onAccent: '#08271f',
};

/** What each class becomes in dark mode; `!important` wins over the inline styles. */
const inDark = `
.paper{background-color:${dark.paper} !important}
.surface{background-color:${dark.surface} !important;border-color:${dark.line} !important}
.ink{color:${dark.ink} !important}
.soft{color:${dark.soft} !important}
.line{border-color:${dark.line} !important}
.brand{color:${dark.accent} !important}
.button{background-color:${dark.accent} !important;color:${dark.onAccent} !important}`;
/** Outlook on the web asks no media query: it marks what it darkened by `data-ogsc`. */
const style = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){${inDark}
}
${inDark.replaceAll('\n.', '\n[data-ogsc] .').trim()}
@media (max-width:480px){.inner{padding:24px 20px !important}}`;

const font = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;line-height:1.5;margin:0";
const ink = (size: number) => `${font};font-size:${size}px;color:${light.ink}`;
const soft = (size: number) => `${font};font-size:${size}px;color:${light.soft}`;
const label = `${soft(13)};font-weight:600`;
const button = `display:inline-block;padding:12px 22px;border-radius:999px;background-color:${light.accent};${font};font-size:16px;font-weight:600;color:${light.onAccent};text-decoration:none`;
const cell = `padding:10px 0;vertical-align:top;border-bottom:1px solid ${light.line}`;
const right = 'text-align:right;white-space:nowrap;padding-left:16px';

/** A part of HTML: a template's values are escaped, but for other parts. */
type Part = ReturnType<typeof html>;

/** Last line of both parts of a mail. */
export const footer = 'Kelvo sends you this mail because of an order or an account of yours.';

/** The HTML part of a mail. All of the content is text, and escaped. */
export const htmlOf = ({ subject, preview, heading, blocks }: MailContent): string =>
  String(html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${subject}</title>
<style>${raw(style)}</style>
</head>
<body class="paper" style="margin:0;padding:0;background-color:${light.paper}">
<div style="display:none;max-height:0;overflow:hidden">${preview}</div>
<div role="article" aria-roledescription="email" aria-label="${subject}" lang="en">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="paper" style="background-color:${light.paper}">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td style="padding:0 8px 16px;text-align:left"><p class="brand" style="${font};font-size:20px;font-weight:700;color:${light.accent}">Kelvo</p></td></tr>
<tr><td class="surface inner" style="padding:32px;text-align:left;background-color:${light.surface};border:1px solid ${light.line};border-radius:12px">
<h1 class="ink" style="${ink(24)};line-height:1.25;font-weight:700">${heading}</h1>
${blocks.map((block) => html`<div style="margin-top:20px">${partOf(block)}</div>\n`)}</td></tr>
<tr><td style="padding:16px 8px 0;text-align:left"><p class="soft" style="${soft(13)}">${footer}</p></td></tr>
</table>
</td></tr>
</table>
</div>
</body>
</html>
`);

function partOf(block: Block): Part {
  if (block.type === 'paragraph') return html`<p class="ink" style="${ink(16)}">${block.text}</p>`;
  if (block.type === 'button') return html`<a href="${block.url}" class="button" style="${button}">${block.label}</a>`;
  if (block.type === 'items') return itemsTable(block.items, block.totals);
  const lines = block.lines.map((line, i) => (i === 0 ? line : html`<br>${line}`));
  return html`<h2 class="soft" style="${label}">${block.title}</h2>
<p class="ink" style="${ink(16)};margin-top:4px;overflow-wrap:anywhere">${lines}</p>`;
}

/** A table of data, unlike the others: a screen reader says which column a cell belongs to. */
const itemsTable = (items: readonly Item[], totals: readonly Amount[]): Part => html`
<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse">
<thead><tr>
<th scope="col" class="soft line" style="${cell};${label};text-align:left">Item</th>
<th scope="col" class="soft line" style="${cell};${label};${right}">Amount</th>
</tr></thead>
<tbody>
${items.map(
  ({ name, quantity, unitPrice, lineTotal }) => html`<tr>
<td class="line" style="${cell}"><span class="ink" style="${ink(16)};overflow-wrap:anywhere">${name}</span><br>
<span class="soft" style="${soft(13)}">${quantity} × ${unitPrice}</span></td>
<td class="ink line" style="${cell};${ink(16)};${right}">${lineTotal}</td>
</tr>
`,
)}</tbody>
<tfoot>
${totals.map(({ label, amount, strong }) => {
  const tone = strong ? 'ink' : 'soft';
  const look = `${strong ? ink(18) : soft(15)};font-weight:${strong ? 700 : 400};padding:8px 0 0`;
  return html`<tr><th scope="row" class="${tone}" style="${look};text-align:left">${label}</th><td class="${tone}" style="${look};${right}">${amount}</td></tr>\n`;
})}</tfoot>
</table>`;
