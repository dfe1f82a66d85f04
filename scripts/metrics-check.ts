// npm run metrics:check: what /_local/metrics says, read by promtool and by a real Prometheus, and every query of the Grafana dashboards asked of it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buyAsGuest } from '../local/sam/guest-purchase.ts';
import { takesNothing } from './command-line.ts';
import { filledIn, queriesOf } from './metrics-check/dashboards.ts';
import { lint } from './metrics-check/lint.ts';
import { startPrometheus } from './metrics-check/prometheus.ts';
import { startScrapedShop } from './metrics-check/shop.ts';

takesNothing(`Usage: npm run metrics:check

A purchase and a failure at a shop of its own, whose metrics promtool lints, a Prometheus scrapes as OpenMetrics, and every query of docs/grafana is asked
of. Takes half a minute. Needs promtool and prometheus (Debian: apt-get install --no-install-recommends prometheus); ends with 75 where they are missing.`);

const missing = ['promtool', 'prometheus'].filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0);
if (missing.length > 0) {
  console.log(`Cannot run here: ${missing.join(' and ')} missing. Debian has both: apt-get install --no-install-recommends prometheus`);
  process.exit(75);
}

const say = (line: string) => console.log(line);
const faults: string[] = [];
const shop = await startScrapedShop();
try {
  await buyAsGuest(shop.url, () => {});
  await fetch(`${shop.url}/api/nowhere`);
  const said = await lint(`${shop.url}/_local/metrics`);
  say(said === '' ? 'promtool check metrics has nothing to say' : `promtool check metrics:\n${said}`);
  if (said !== '') faults.push('promtool check metrics');

  const prometheus = await startPrometheus(shop.url);
  try {
    await prometheus.scraped(4);
    // The older format has no units: this one proves that OpenMetrics was asked for, and read.
    const unit = await prometheus.unitOf('kelvo_http_request_duration_seconds');
    say(`Prometheus scrapes it${unit === 'seconds' ? ' as OpenMetrics' : ''}: ${prometheus.version}`);
    if (unit !== 'seconds') faults.push(`the unit of kelvo_http_request_duration_seconds is "${unit}"`);
    const queries = queriesOf(join(import.meta.dirname, '../docs/grafana'));
    let withAnswer = 0;
    for (const { dashboard, panel, expr } of queries) {
      const answer = await prometheus.ask(filledIn(expr, '10s'));
      if (typeof answer === 'string') faults.push(`${dashboard}, ${panel}: ${answer}`);
      else if (answer > 0) withAnswer += 1;
      else say(`  without an answer: ${panel}: ${expr}`);
    }
    say(`${queries.length} queries of the dashboards are valid, ${withAnswer} have an answer`);
    const orders = await prometheus.value('kelvo_orders_placed_total');
    if (orders !== 1) faults.push(`there are ${orders} orders, and 1 was placed`);
  } finally {
    await prometheus.stop();
  }
} finally {
  await shop.stop();
}
for (const fault of faults) say(`NOT AS IT SHOULD BE: ${fault}`);
process.exit(faults.length === 0 ? 0 : 1);
