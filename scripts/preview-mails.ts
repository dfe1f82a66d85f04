// npm run mails: writes an example of each mail into dist/mails/, both parts, to look at.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { htmlOf } from '#functions/notifications/lib/mails/html.ts';
import { textOf } from '#functions/notifications/lib/mails/text.ts';
import { sampleMails } from '#tests/support/sample-mails.ts';
import { root } from './function-files.ts';

const folder = join(root, 'dist/mails');
mkdirSync(folder, { recursive: true });
for (const [kind, content] of Object.entries(sampleMails)) {
  writeFileSync(join(folder, `${kind}.html`), htmlOf(content));
  writeFileSync(join(folder, `${kind}.txt`), textOf(content));
}
console.log(`${Object.keys(sampleMails).length} mails are in ${folder}`);
