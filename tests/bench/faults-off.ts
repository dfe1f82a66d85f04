// npm run bench:faults: what the faults that are not on cost a request, in microseconds, where they are not allowed and where they are. A request passes
// at most as many places that ask for a fault as there are faults. Ends with 1 above 50 µs, the most that may be.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { unitVariables } from '#tests/support/variables.ts';

const most = 50;
const rounds = 200_000;

/** The median of nine series. */
async function measure(): Promise<number> {
  const { faultNames, faultNow, hits, readFaultsBy, refreshFaults } = await import('#platform/faults/faults.ts');
  readFaultsBy(async () => undefined);
  const series = async () => {
    await new Promise(setImmediate); // a read that ended is noted
    const began = performance.now();
    for (let n = 0; n < rounds; n++) {
      void refreshFaults();
      for (const name of faultNames) {
        faultNow(name);
        hits(name);
      }
    }
    return ((performance.now() - began) * 1_000) / rounds;
  };
  const all: number[] = [];
  for (let n = 0; n < 9; n++) all.push(await series());
  return all.sort((a, b) => a - b)[4] as number;
}

if (!isMainThread) parentPort?.postMessage(await measure());
else
  for (const [where, FAULTS_ALLOWED] of [
    ['not allowed', 'false'],
    ['allowed, none on', 'true'],
  ] as const) {
    // Variables are read once: a thread for each.
    const worker = new Worker(new URL(import.meta.url), { env: { ...process.env, ...unitVariables, FAULTS_ALLOWED } });
    const [us] = (await once(worker, 'message')) as [number];
    console.log(`${where.padEnd(20)}${us.toFixed(2).padStart(8)} µs a request`);
    if (us > most) process.exitCode = 1;
  }
