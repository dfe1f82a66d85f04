/** What each policy of template.yaml is for, as the check proves it: without it, this must fail. A test holds the table complete. */

/** How it shows: an event of events/ that comes out otherwise (`before` is SQL that comes right before it), or something that is done in the shop and has no effect. */
export type Probe =
  | { event: string; before?: string }
  | { deed: 'mail' | 'queue' | 'stream' | 'schedule' | 'rule to queue' | 'rule to stream' };

/** By logical id: managed policies, a role's own ones, and the queues' policy. */
export const judged: Record<string, Probe> = {
  PublishEvents: { event: 'ops/relay-outbox.json' },
  RedriveDeadLetters: { event: 'ops/list-dead-letters.json' },
  SendMail: { event: 'notifications/send-mail.json' },
  InvokeSendMail: { deed: 'mail' },
  SendTextMessages: {
    event: 'notifications/notify-people.text-message.json',
    // Its order is a made-up person's, to whom no text is sent.
    before: "update orders set email = 'ada@kelvo-shopper.net'",
  },
  ReadDatabaseAdminSecret: { event: 'ops/migrate.json' },
  ReceiveMessages: { deed: 'queue' },
  ReadOrderEvents: { deed: 'stream' },
  StartsSchedules: { deed: 'schedule' },
  WritesOrderEvents: { deed: 'rule to stream' },
  QueuePolicy: { deed: 'rule to queue' },
};

/** Policies that the emulator cannot judge, and why. tests/architecture/bundles.test.ts compares each with what the functions' bundles reach. */
export const unjudged: Record<string, string> = {
  AttachNetworkInterfaces: 'functions are processes of this machine and need no network interfaces',
  ConnectDatabase: 'rds-db:connect is checked by RDS where a token is used: PostgreSQL here takes any token of kelvo_app',
  ConnectReplica: 'as ConnectDatabase, and no replica is deployed: it is off by default',
  ConnectControl: 'as ConnectDatabase, and the role is there only where faults are allowed',
  InvokeDemoFunctions: 'nothing fails without it: schedules start the same functions within a minute',
  ConnectCache: 'elasticache:Connect is checked by ElastiCache: Redis here takes any token of the stage’s user',
  ConnectCacheControl: 'as ConnectCache',
  SendTelemetry: 'the emulator writes functions’ logs without asking, and there is no X-Ray behind it',
  AskSearch: 'no OpenSearch domain is deployed: it is off by default',
};

/** An outcome without what differs from run to run: ids, instants, addresses. */
export const comparable = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<instant>')
    .replace(/K-[0-9A-Z]{4}-[0-9A-Z]{4}/g, '<number>')
    .replace(/\d+/g, '<n>');
