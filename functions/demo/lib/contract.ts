import * as z from 'zod/mini';
import { faultNames } from '#platform/faults/fault-names.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { Instant } from '#platform/http/schemas.ts';
import { fastest, phaseNames, slowest } from './course.ts';

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
