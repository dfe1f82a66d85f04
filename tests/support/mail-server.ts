import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** What the server does with a mail: it takes it, answers with a code at a step, says nothing any more, or drops the connection. */
export type Mood = 'take' | 'hang' | 'drop' | { at: 'login' | 'sender' | 'recipient' | 'content'; code: number };

/** A real SMTP server that a test controls. */
export interface MailServer {
  port: number;
  mood: Mood;
  /** What it took, as it came, and whether it came by TLS. */
  taken: { to: string[]; source: string; secure: boolean }[];
  /** How often it said nothing. */
  unanswered: number;
  stop(): Promise<void>;
}

/** Listens on a port of this machine, with a certificate that nobody signed. It wants a password where the options do not say otherwise. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const answer = (step: string, done: (error?: Error | null) => void, session?: { id: string }) => {
    const { mood } = server;
    if (mood === 'hang') {
      server.unanswered += 1;
      return;
    }
    if (mood === 'drop' && session) return drop();
    if (typeof mood === 'object' && mood.at === step)
      return done(Object.assign(new Error(`No ${step} today`), { responseCode: mood.code }));
    done();
  };
  const smtp = new SMTPServer({
    logger: false,
    closeTimeout: 1,
    onAuth: ({ username = '' }, _, callback) => answer('login', (error) => (error ? callback(error) : callback(null, { user: username }))),
    onMailFrom: (_, session, callback) => answer('sender', callback, session),
    onRcptTo: (_, __, callback) => answer('recipient', callback),
    onData(stream, { envelope, secure }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () =>
        answer('content', (error) => {
          if (error) return callback(error);
          server.taken.push({ to: envelope.rcptTo.map(({ address }) => address), source: Buffer.concat(chunks).toString(), secure });
          callback(null, 'OK: queued as a-queue-id');
        }),
      );
    },
    ...options,
  });
  const drop = () => {
    for (const connection of smtp.connections) connection.close();
  };
  smtp.on('error', () => undefined); // a client that goes away
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const server: MailServer = {
    port: (smtp.server.address() as AddressInfo).port,
    mood: 'take',
    taken: [],
    unanswered: 0,
    stop: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
  return server;
}
