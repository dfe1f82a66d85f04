/**
 * k6's side of the load test: `npm run load` runs it where k6 is installed. By hand:
 *
 *     k6 run --no-usage-report -e BASE_URL=http://127.0.0.1:3000 tests/load/k6.ts
 *
 * PLAN is full (default), quick, or soak with MINUTES. k6 1.0 or later reads TypeScript as it is.
 */
import { check, sleep } from 'k6';
import { randomBytes } from 'k6/crypto';
import { scenario } from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { fullPlan, quickPlan, soakPlan } from './plan.ts';
import { type Player, visit } from './shopper.ts';

const { BASE_URL = 'http://127.0.0.1:3000', PLAN = 'full', MINUTES = '10' } = __ENV;
const plan = PLAN === 'quick' ? quickPlan : PLAN === 'soak' ? soakPlan(Number(MINUTES)) : fullPlan;

export const options: Options = {
  scenarios: {
    shoppers: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: plan.stages.map(({ seconds, users }) => ({ duration: `${seconds}s`, target: users })),
      gracefulStop: '30s',
    },
  },
  thresholds: plan.thresholds,
  summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
};

const player: Player = {
  ask({ method, path, route, body, headers }) {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = body === undefined ? null : JSON.stringify(body);
    const response = http.request(method, BASE_URL + path, sent, {
      headers: { ...json, ...headers },
      redirects: 0, // wherever it leads is not the shop that was named
      tags: { name: `${method} ${route}` },
    });
    const text = typeof response.body === 'string' && response.body.startsWith('{');
    return { status: response.status, body: text ? response.json() : undefined };
  },
  check: (what, holds) => check(holds, { [what]: (it) => it }),
  think: (seconds) => sleep(seconds),
  turn: () => scenario.iterationInTest,
  random: Math.random,
  uuid,
};

/** A UUID of version 4 (RFC 9562): k6 has random bytes alone. */
function uuid(): string {
  const bytes = new Uint8Array(randomBytes(16));
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
}

export default async function shopper(): Promise<void> {
  await visit(player);
}
