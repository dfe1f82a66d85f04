/** The transport against a real SMTP server on this machine. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MailServer, type Mood, startMailServer } from '#tests/support/mail-server.ts';
import type { MailTransport } from './mail-transport.ts';

let starttls: MailServer;
let implicit: MailServer;
let plain: MailServer;
beforeAll(async () => {
  [starttls, implicit, plain] = await Promise.all([
    startMailServer(),
    startMailServer({ secure: true }),
    startMailServer({ disabledCommands: ['STARTTLS', 'AUTH'] }),
  ]);
});
afterAll(() => Promise.all([starttls, implicit, plain].map((server) => server.stop())));
beforeEach(() => {
  for (const server of [starttls, implicit, plain]) Object.assign(server, { mood: 'take', taken: [] });
});

/** The transport of a shop with this mail server: a process reads its configuration once. */
async function transport(smtpUrl: string): Promise<MailTransport> {
  vi.resetModules();
  vi.stubEnv('SMTP_URL', smtpUrl);
  return (await import('./smtp-transport.client.ts')).smtpTransport;
}
const trusted = '?tls.rejectUnauthorized=false';
const byStarttls = () => transport(`smtp://kelvo:secret@127.0.0.1:${starttls.port}${trusted}`);

const mail = {
  id: '0198e7a2-5c1f-7b3e-9d51-1f0c6a7e4b21',
  from: 'Kelvo <orders@shop.example>',
  to: 'grace@navy.example',
  subject: 'Ihre Bestellung – danke',
  html: '<h1>Thank you</h1>',
  text: 'Thank you\n',
  headers: { 'Auto-Submitted': 'auto-generated' },
};

describe('a mail', () => {
  test('goes by STARTTLS, with both parts, its headers and an id that stays the same', async () => {
    const send = (await byStarttls()).send;
    expect(await send(mail)).toEqual({ outcome: 'done', providerId: 'a-queue-id' });
    await send(mail);
    for (const { to, source, secure } of starttls.taken) {
      expect({ to, secure }).toEqual({ to: ['grace@navy.example'], secure: true });
      expect(source).toContain('From: Kelvo <orders@shop.example>');
      expect(source).toContain('To: grace@navy.example');
      expect(source).toContain('Message-ID: <0198e7a2-5c1f-7b3e-9d51-1f0c6a7e4b21@shop.example>');
      expect(source).toContain('Auto-Submitted: auto-generated');
      expect(source).toMatch(/Subject: =\?UTF-8\?/);
      expect(source).toMatch(/multipart\/alternative[\s\S]*text\/plain[\s\S]*text\/html/);
    }
    expect(starttls.taken).toHaveLength(2);
  });

  test('goes by TLS from the beginning where the URL says smtps', async () => {
    const { send } = await transport(`smtps://kelvo:secret@127.0.0.1:${implicit.port}${trusted}`);
    expect(await send(mail)).toMatchObject({ outcome: 'done' });
    expect(implicit.taken).toMatchObject([{ secure: true }]);
  });

  test('waits rather than to go unencrypted, or to a server whose certificate nobody signed', async () => {
    expect(await (await transport(`smtp://127.0.0.1:${plain.port}`)).send(mail)).toMatchObject({ outcome: 'away' });
    expect(await (await transport(`smtp://kelvo:secret@127.0.0.1:${starttls.port}`)).send(mail)).toMatchObject({
      outcome: 'away',
      reason: expect.stringContaining('certificate'),
    });
    expect([plain.taken, starttls.taken]).toEqual([[], []]);
    expect(await (await transport(`smtp://127.0.0.1:${plain.port}?requireTLS=false`)).send(mail)).toMatchObject({ outcome: 'done' });
    expect(plain.taken).toMatchObject([{ secure: false }]);
  });

  test('cannot add a header by what is in it', async () => {
    await (await byStarttls()).send({ ...mail, subject: 'Hello\r\nBcc: eve@evil.example', to: 'grace@navy.example' });
    expect(starttls.taken.map(({ to }) => to)).toEqual([['grace@navy.example']]);
    expect(starttls.taken[0]?.source).not.toMatch(/^Bcc:/m);
  });
});

describe('a server’s answer', () => {
  const cases: [string, Mood, 'refused' | 'away'][] = [
    ['550 to the recipient is for good', { at: 'recipient', code: 550 }, 'refused'],
    ['553 to the recipient is for good', { at: 'recipient', code: 553 }, 'refused'],
    ['554 to the content is for good', { at: 'content', code: 554 }, 'refused'],
    ['450 to the recipient may pass', { at: 'recipient', code: 450 }, 'away'],
    ['452 to the content may pass', { at: 'content', code: 452 }, 'away'],
    ['421 to the sender may pass', { at: 'sender', code: 421 }, 'away'],
    ['550 to the sender is our fault, not the mail’s', { at: 'sender', code: 550 }, 'away'],
    ['535 to the password is our fault, not the mail’s', { at: 'login', code: 535 }, 'away'],
    ['a connection that it drops may pass', 'drop', 'away'],
  ];
  test.each(cases)('%s', async (_, mood, outcome) => {
    const { send } = await byStarttls();
    starttls.mood = mood;
    expect(await send(mail)).toMatchObject({ outcome, reason: expect.stringMatching(/./) });
    starttls.mood = 'take';
    expect(await send(mail)).toMatchObject({ outcome: 'done' });
  });

  test('that does not come is not waited for longer than the limit', async () => {
    const { send, limitMs } = await byStarttls();
    starttls.mood = 'hang';
    const startedAt = performance.now();
    expect(await send(mail)).toEqual({ outcome: 'away', reason: `The mail server did not answer within ${limitMs} ms` });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(limitMs - 100);
  });
});

test('a server that is not there, and a shop without one, keep the mail', async () => {
  expect(await (await transport('smtp://127.0.0.1:1')).send(mail)).toMatchObject({
    outcome: 'away',
    reason: expect.stringContaining('ECONNREFUSED'),
  });
  expect(await (await transport('')).send(mail)).toMatchObject({ outcome: 'away', reason: expect.stringContaining('SMTP_URL is not set') });
});
