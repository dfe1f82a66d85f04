import * as z from 'zod/mini';
import { faultNames } from '#platform/faults/fault-names.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { Instant, Uuid } from '#platform/http/schemas.ts';
import { fastest, phaseNames, slowest } from './course.ts';
import { bounds } from './traffic/arrivals.ts';
import { trafficStates } from './traffic-run.ts';

const Mode = z.enum(['normal', 'blackfriday']);
export type Mode = z.infer<typeof Mode>;
const Name = z.enum(faultNames);
/** The share of calls that is hit, or how hard each is. */
const Strength = z.number().check(z.gt(0, 'must be more than 0'), z.lte(1, 'must be at most 1'));
/** A check by code that JSON Schema has no words for. */
const byCode = { jsonSchema: {} };

/** The longest that a fault lasts, so that one that was forgotten does not break the shop for the day. */
const mostSeconds = 900;

const WantedFault = z.strictObject({
  name: Name,
  seconds: z._default(z.int().check(z.gte(1, 'must be at least 1'), z.lte(mostSeconds, `must be at most ${mostSeconds}`)), 60),
  strength: z._default(Strength, 1),
});

export const WantedMode = z
  .strictObject({
    mode: Mode,
    /** Which calls are hit, and Black Friday's course, follow from it. Left out: one by chance, which the answer tells. */
    seed: z.optional(z.int().check(z.gte(0, 'must be at least 0'), z.lte(2_147_483_647, 'must be at most 2147483647'))),
    /** Of Black Friday: at 2 it lasts half as long. */
    speed: z._default(z.number().check(z.gte(slowest, `must be at least ${slowest}`), z.lte(fastest, `must be at most ${fastest}`)), 1),
    /** With normal: what goes wrong from now on. Black Friday brings its own. */
    faults: z._default(
      z.array(WantedFault).check(
        z.maxLength(faultNames.length, `may name at most ${faultNames.length}`),
        z.refine((faults) => new Set(faults.map(({ name }) => name)).size === faults.length, {
          error: 'must name each fault once',
          params: byCode,
        }),
      ),
      [],
    ),
  })
  .check(
    z.refine(({ mode, faults }) => mode === 'normal' || faults.length === 0, {
      error: 'may be given with the mode normal only: blackfriday brings its own',
      path: ['faults'],
      params: byCode,
    }),
  );
export type WantedMode = z.infer<typeof WantedMode>;

/** Where to see a fault. */
const Look = z.strictObject({
  /** Address of the traces that show it; null where this stage keeps none. */
  traces: z.nullable(z.string()),
  /** The operator's statement or metric, as docs/demo.md explains it. */
  query: z.string(),
});

export const DemoMode = z.strictObject({
  mode: Mode,
  /** Null, as everything about a run, while nothing is on. */
  seed: z.nullable(z.int()),
  phase: z.nullable(z.enum(phaseNames)),
  startedAt: z.nullable(Instant),
  /** When it ends by itself. */
  endsAt: z.nullable(Instant),
  /** Those that are on now. */
  faults: z.array(z.strictObject({ name: Name, strength: Strength, startedAt: Instant, endsAt: Instant, look: Look })),
  /** All that Black Friday did and will do: the same for the same seed and speed, relative to its beginning. */
  course: z.nullable(
    z.strictObject({
      speed: z.number(),
      phases: z.array(
        z.strictObject({
          name: z.enum(phaseNames),
          startsAt: Instant,
          endsAt: Instant,
          load: z.strictObject({ from: z.number(), to: z.number() }),
        }),
      ),
      faults: z.array(z.strictObject({ name: Name, strength: Strength, startsAt: Instant, endsAt: Instant })),
    }),
  ),
});
export type DemoMode = z.infer<typeof DemoMode>;

export const setDemoModeRoute = defineRoute({
  method: 'POST',
  path: '/api/admin/demo-mode',
  auth: 'admin',
  summary: 'Switch the shop into a mode, or let faults happen, in place of what was on; normal ends all of it at once',
  body: WantedMode,
  answers: { 200: DemoMode },
  problems: ['faults-not-allowed'],
});

export const getDemoModeRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/demo-mode',
  auth: 'admin',
  summary: 'Which mode the shop is in, what goes wrong on purpose now, and until when',
  answers: { 200: DemoMode },
});

const seconds = z.int().check(z.gte(1, 'must be at least 1'), z.lte(bounds.mostSeconds, `must be at most ${bounds.mostSeconds}`));
const requestsPerMinute = z
  .int()
  .check(z.gte(1, 'must be at least 1'), z.lte(bounds.mostRequestsPerMinute, `must be at most ${bounds.mostRequestsPerMinute}`));
/** Of two spellings of one thing a body has one at most. */
const oneSpelling = (one: 'durationSeconds' | 'requestsPerMinute', other: 'duration_seconds' | 'requests_per_minute') =>
  z.refine<Partial<Record<string, unknown>>>((body) => body[one] === undefined || body[other] === undefined, {
    path: [other],
    error: `may not be given together with ${one}, which means the same`,
    params: byCode,
  });

export const generateTrafficRoute = defineRoute({
  method: 'POST',
  path: '/api/admin/generate-traffic',
  auth: 'admin',
  summary:
    'Let made-up shoppers come: 120 seconds of 30 HTTP requests a minute, in the mode blackfriday 300 of 100, where nothing else is said. What they bought is put back afterwards',
  body: z
    .strictObject({
      durationSeconds: z.optional(seconds),
      duration_seconds: z.optional(seconds),
      requestsPerMinute: z.optional(requestsPerMinute),
      requests_per_minute: z.optional(requestsPerMinute),
      /** The same seed brings the same shoppers. Left out: one by chance, which the run tells. */
      seed: z.optional(z.int().check(z.gte(0, 'must be at least 0'), z.lte(bounds.mostSeed, `must be at most ${bounds.mostSeed}`))),
    })
    .check(oneSpelling('durationSeconds', 'duration_seconds'), oneSpelling('requestsPerMinute', 'requests_per_minute')),
  optionalBody: true,
  answers: { 202: z.strictObject({ runId: Uuid }) },
  problems: ['faults-not-allowed', 'payments-are-real', 'traffic-is-on'],
});

export const Traffic = z.strictObject({
  runId: Uuid,
  state: z.enum(trafficStates),
  seed: z.int(),
  requestsPerMinute: z.int(),
  startedAt: Instant,
  /** When the last shoppers come; they may stay for two minutes more. */
  endsAt: Instant,
  /** HTTP requests. Those that are under way are neither ok nor failed yet. */
  sent: z.int(),
  ok: z.int(),
  /** By the problem's code; `unreachable`, `no-answer-in-time` and `cut-off` had no answer, `http-<status>` one without a code. */
  failed: z.record(z.string(), z.int()),
  /** Milliseconds until the whole answer was there, off by 1 % at most; the most asked for first. */
  byRoute: z.array(z.strictObject({ route: z.string(), count: z.int(), p50: z.number(), p95: z.number(), p99: z.number() })),
  /** `dropped`: came when a thousand were in the shop, which is as many as are sent at once. */
  shoppers: z.strictObject({ arrived: z.int(), dropped: z.int() }),
  /** Seconds whose shoppers were never sent, because nobody was there to send them. */
  missedSeconds: z.int(),
  /** How often a sender died, with the shoppers it was sending: five seconds of them, and those in the shop. They are not sent again. */
  interrupted: z.int(),
  /** When all that was sold was back in stock; null: not yet. */
  restockedAt: z.nullable(Instant),
  /** What goes wrong on purpose now, and where to see it. */
  faults: z.array(z.strictObject({ name: Name, look: Look })),
});
export type Traffic = z.infer<typeof Traffic>;

const trafficId = z.strictObject({ runId: Uuid });

export const getTrafficRoute = defineRoute({
  method: 'GET',
  path: '/api/admin/traffic/{runId}',
  auth: 'admin',
  summary: 'How a run of made-up shoppers stands: requests, failures by code, times by route',
  params: trafficId,
  answers: { 200: Traffic },
  problems: ['traffic-not-found'],
});

export const stopTrafficRoute = defineRoute({
  method: 'DELETE',
  path: '/api/admin/traffic/{runId}',
  auth: 'admin',
  summary: 'Stop a run of made-up shoppers; one that is over stays as it is',
  params: trafficId,
  answers: { 204: null },
  problems: ['traffic-not-found'],
});
