import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Admission, admit, afterFailure, type Breaker, closed } from './breaker.ts';

/** Tries at the given instants, one after the other, against something that is down: what each was told. */
function whileDown(instants: number[], breaker: Breaker = closed): { admissions: Admission[]; breaker: Breaker } {
  const admissions = instants.map((now) => {
    const { admission, next } = admit(breaker, now);
    breaker = admission === 'refused' ? next : afterFailure(next, admission, now);
    return admission;
  });
  return { admissions, breaker };
}

describe('the breaker', () => {
  it('lets everybody try while it is closed', () => {
    expect(admit(closed, 5)).toEqual({ admission: 'free', next: closed });
  });

  it('refuses for a second after a failure, then lets one probe through, and after its failure waits twice as long', () => {
    const { admissions } = whileDown([0, 1, 999, 1_000, 1_001, 2_999, 3_000, 6_999, 7_000]);
    expect(admissions).toEqual(['free', 'refused', 'refused', 'probe', 'refused', 'refused', 'probe', 'refused', 'probe']);
  });

  it('keeps all others out while a probe is under way, though not for ever when it never reports back', () => {
    const open = afterFailure(closed, 'free', 0);
    const probed = admit(open, 1_000);
    expect(probed.admission).toBe('probe');
    expect(admit(probed.next, 1_500).admission).toBe('refused');
    expect(admit(probed.next, 2_000).admission).toBe('probe');
  });

  it('counts as one what had been let in before and fails together', () => {
    const once = afterFailure(closed, 'free', 0);
    expect(afterFailure(afterFailure(once, 'free', 1), 'free', 2)).toEqual(once);
  });

  it('is never open longer than ten seconds, and lets through at most one try a second while it is open', () => {
    const instants = fc.array(fc.nat(120_000), { minLength: 1, maxLength: 200 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(instants, (list) => {
        const { admissions, breaker } = whileDown(list);
        const tried = list.filter((_, i) => admissions[i] !== 'refused');
        expect(breaker.openMs).toBeLessThanOrEqual(10_000);
        expect(breaker.until - (tried.at(-1) as number)).toBeLessThanOrEqual(10_000);
        tried.slice(1).forEach((now, i) => void expect(now - (tried[i] as number)).toBeGreaterThanOrEqual(1_000));
        // Whoever comes ten seconds after the last failure is let through.
        expect(admit(breaker, (tried.at(-1) as number) + 10_000).admission).toBe('probe');
      }),
    );
  });
});
