// npm run trace:check: the built functions behind Datadog's real handler and tracer, with Datadog's test agent, PostgreSQL and Redis.
import { checkEvents } from './trace-check/check-events.ts';
import { checkRequests } from './trace-check/check-requests.ts';
import { startTracedShop } from './trace-check/shop.ts';

const shop = await startTracedShop();
try {
  await checkRequests(shop);
  await checkEvents(shop);
} finally {
  await shop.stop();
}
