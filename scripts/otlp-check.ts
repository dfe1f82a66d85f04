// npm run otlp:check: whether OpenTelemetry's own collector understands what Kelvo sends. A shop of its own, as npm start runs it, passes its traces on to
// a collector that is built of OpenTelemetry's parts; what that hands on must be the whole trace of a purchase.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '#local/run.ts';
import { within } from '#local/services/processes.ts';
import { headersOf, newTraceIds } from '#platform/telemetry/trace-ids.ts';
import { type Collector, startCollector } from '#tests/support/collector.ts';
import { type Call, guest, request } from '#tests/support/shop.ts';
import { takesNothing } from './command-line.ts';
import { buildCollector, CannotRun } from './otlp-check/build-collector.ts';
import { faultsOf, lastHop } from './otlp-check/faults.ts';
import { runCollector } from './otlp-check/run-collector.ts';

takesNothing(`Usage: npm run otlp:check

Buys something in a shop of its own, whose traces go to a collector built of OpenTelemetry's parts, and holds what that understood. Needs Go the first time.
Ends with 0; with 1 when the trace is not whole; with 75 where it cannot run.`);

const say = (line: string) => console.log(`  ${line}`);
const stops: (() => unknown)[] = [];

async function check(): Promise<string[]> {
  const program = await buildCollector(say);
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-otlp-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  const understood = await startCollector();
  stops.push(understood.close);
  const collector = await runCollector(program, understood.url);
  stops.push(collector.stop);
  const shell = { POWERTOOLS_LOG_LEVEL: 'SILENT', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const shop = await startLocal({ port: 0, folder, shell, throwaway: true, say });
  stops.push(shop.stop);
  const faults = await buy(shop.url, understood);
  return [...faults, ...collector.complaints().map((line) => `the collector says: ${line}`)];
}

/** @returns what is wrong with the trace of a purchase, once it is all there or nothing more comes */
async function buy(url: string, { spans }: Collector): Promise<string[]> {
  const browser = newTraceIds();
  const call = (path: string, options?: Call) =>
    request(url, path, { ...options, headers: { ...options?.headers, ...headersOf(browser) } });
  const { body: page } = await request(url, '/api/products?limit=50');
  const product = page.items.find((each: { stock: number }) => each.stock > 10);
  const buyer = guest({ call });
  const placed = await buyer.order([{ productId: product.id, quantity: 1 }]);
  const intent = await buyer.intent(placed.body);
  const paid = await buyer.confirm(placed.body, intent.body.id, 'pm_card_visa');
  if (paid.status !== 200) return [`the purchase failed: ${paid.status} ${paid.text}`];
  const ofPurchase = () => spans.filter(({ traceId }) => traceId === browser.traceId);
  await within(20_000, () => ofPurchase().some(({ name }) => name === lastHop) && faultsOf(ofPurchase(), browser.spanId).length === 0, 100);
  const services = [...new Set(ofPurchase().map(({ service }) => service))].sort();
  say(`${ofPurchase().length} spans of ${services.length} services: ${services.join(', ')}`);
  return faultsOf(ofPurchase(), browser.spanId);
}

async function main(): Promise<number> {
  try {
    const faults = await check();
    for (const fault of faults) console.error(fault);
    console.log(faults.length === 0 ? 'The collector understood the whole purchase.' : `${faults.length} faults.`);
    return faults.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    console.log(`otlp:check is left out: ${error.message}`);
    return 75;
  } finally {
    while (stops.length > 0) await stops.pop()?.();
  }
}

process.exit(await main());
