// npm run trace:check: the built functions behind Datadog's real handler and tracer, with Datadog's test agent, PostgreSQL and Redis.
import { takesNothing } from './command-line.ts';
import { checkEvents } from './trace-check/check-events.ts';
import { checkRequests } from './trace-check/check-requests.ts';
import { startTracedShop } from './trace-check/shop.ts';

takesNothing(`Usage: npm run trace:check

A purchase and its events through the built functions behind Datadog's handler and tracer, on a PostgreSQL and Redis of its own, in about two minutes; the
traces are compared with docs/telemetry.md. Needs Python, no account. Ends with 0; with 1 when a trace is not as it should be.`);

const shop = await startTracedShop();
try {
  await checkRequests(shop);
  await checkEvents(shop);
} finally {
  await shop.stop();
}
