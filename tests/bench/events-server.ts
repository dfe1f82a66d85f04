// The gateway of `npm start` with its pumps, on given stores, in a process of its own: for npm run bench:events.
import { startGateway } from '#local/gateway/server.ts';
import { startPumps } from '#local/pumps/pumps.ts';
import { startSchedules } from '#local/pumps/schedules.ts';
import { root, stackOn } from './stores.ts';

const { pumpsUrl, ...stores } = JSON.parse(process.argv[2] as string) as {
  databaseUrl: string;
  redisUrl: null;
  port: number;
  pumpsUrl?: string;
};
const { functions, env, template } = await stackOn(stores);
const gateway = await startGateway({
  functions,
  env,
  port: stores.port,
  root,
  ...(pumpsUrl !== undefined && {
    pumps: (invoke: (id: string, event: unknown) => Promise<unknown>) => startPumps({ template, invoke, databaseUrl: pumpsUrl }),
  }),
});
// As `npm start` does, for events that could not leave right after their commit.
if (pumpsUrl !== undefined)
  startSchedules({
    functions: functions.filter(({ logicalId }) => logicalId === 'OpsRelayOutbox'),
    invoke: gateway.invoke,
    firstMs: 10_000,
  });
// The parent cannot wait for that.
process.on('message', () => {
  const later = new Date(Date.now() + 86_400_000);
  void gateway.invoke('OpsRelayOutbox', { time: later.toISOString() }, 60_000).catch(console.error);
});
process.send?.({ url: gateway.url });
