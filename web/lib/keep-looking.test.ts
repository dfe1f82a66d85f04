import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Found, keepLooking } from './keep-looking.ts';
import { ApiProblem, networkProblem } from './problem.ts';
import { noteRoom } from './room-left.ts';

const same = {};
const unchanged: Found = { data: same, error: null };
const refused = (status: number, retryAfter?: number): Found => ({
  data: same,
  error: new ApiProblem({ type: '', title: '', status, detail: '', code: 'x', traceId: '' }, retryAfter),
});

/** A page, and when it looked: in ms since it was opened. */
function open({ found = () => unchanged, ended = false }: { found?: () => Found | Promise<Found>; ended?: boolean } = {}) {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const browser = new EventTarget();
  const connection = { onLine: true };
  vi.stubGlobal('document', page);
  vi.stubGlobal('window', browser);
  vi.stubGlobal('navigator', connection);
  const openedAt = Date.now();
  const looks: number[] = [];
  const failures: number[] = [];
  const end = keepLooking(
    async () => {
      looks.push(Date.now() - openedAt);
      return found();
    },
    { ended, onFailures: (count) => failures.push(count) },
  );
  const tell = (where: EventTarget, event: string) => where.dispatchEvent(new Event(event));
  return {
    looks,
    failures,
    end,
    for: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    show(visibilityState: 'visible' | 'hidden') {
      Object.assign(page, { visibilityState });
      tell(page, 'visibilitychange');
    },
    connect(onLine: boolean) {
      Object.assign(connection, { onLine });
      tell(browser, onLine ? 'online' : 'offline');
    },
    focus: () => tell(browser, 'focus'),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  noteRoom(new Headers({ 'ratelimit-limit': '600', 'ratelimit-remaining': '600' }));
});

describe('a page that is open', () => {
  test('looks every 1.25 s, then more and more seldom while nothing changes', async () => {
    const page = open();
    await page.for(5_000);
    expect(page.looks).toEqual([1_250, 2_500, 3_750, 5_000]);
    await page.for(24 * 60 * 60 * 1_000);
    const [before = 0, last = 0] = page.looks.slice(-2);
    expect(last - before).toBe(15_000);
  });

  test('looks every 1.25 s again after a change', async () => {
    let data: object = same;
    const page = open({ found: () => ({ data, error: null }) });
    await page.for(3_600_000);
    data = {};
    page.looks.length = 0;
    await page.for(15_000 + 2_500);
    const gaps = page.looks.slice(1).map((at, i) => at - (page.looks[i] ?? 0));
    expect(gaps.slice(0, 1)).toEqual([1_250]);
  });

  test('makes one look at a time, however long it takes', async () => {
    let answer: ((found: Found) => void) | undefined;
    const page = open({
      found: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await page.for(60_000);
    page.focus();
    await page.for(60_000);
    expect(page.looks).toEqual([1_250]);
    answer?.(unchanged);
    await page.for(1_250);
    expect(page.looks).toHaveLength(2);
  });

  test('looks no more once it is closed, even if an answer is still to come', async () => {
    let answer: ((found: Found) => void) | undefined;
    const page = open({
      found: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await page.for(1_250);
    page.end();
    answer?.(unchanged);
    page.focus();
    page.show('visible');
    await page.for(600_000);
    expect(page.looks).toEqual([1_250]);
    expect(page.failures).toEqual([]);
  });

  test('of something that has ended does not look, except for a reader who comes back', async () => {
    const page = open({ ended: true });
    await page.for(600_000);
    expect(page.looks).toEqual([]);
    page.focus();
    await page.for(600_000);
    expect(page.looks).toEqual([600_000]);
  });
});

describe('a page that nobody sees', () => {
  test('does not look while it is hidden, and looks at once and often when it is shown again', async () => {
    const page = open();
    await page.for(600_000);
    page.show('hidden');
    page.looks.length = 0;
    await page.for(3_600_000);
    expect(page.looks).toEqual([]);
    page.show('visible');
    await page.for(2_500);
    expect(page.looks).toEqual([4_200_000, 4_201_250, 4_202_500]);
  });

  test('does not look while it is offline, and looks at once when it is online again', async () => {
    const page = open();
    page.connect(false);
    await page.for(600_000);
    expect(page.looks).toEqual([]);
    page.connect(true);
    await page.for(0);
    expect(page.looks).toEqual([600_000]);
  });

  test('does not look though it is focused, while it is hidden', async () => {
    const page = open();
    page.show('hidden');
    page.focus();
    page.connect(true);
    await page.for(600_000);
    expect(page.looks).toEqual([]);
  });

  test('is hidden while an answer is on its way: no look follows', async () => {
    let answer: ((found: Found) => void) | undefined;
    const page = open({
      found: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await page.for(1_250);
    page.show('hidden');
    answer?.(unchanged);
    await page.for(600_000);
    expect(page.looks).toEqual([1_250]);
  });
});

describe('a reader who comes back', () => {
  test('has a page look at once, and often from then on', async () => {
    const page = open();
    await page.for(3_600_000);
    page.looks.length = 0;
    await page.for(5_000);
    page.focus();
    await page.for(2_500);
    expect(page.looks.slice(-3)).toEqual([3_605_000, 3_606_250, 3_607_500]);
  });

  test('again and again has it look every 1.25 s, no more often', async () => {
    const page = open();
    for (let i = 0; i < 300; i += 1) {
      page.focus();
      await page.for(10);
    }
    expect(page.looks).toEqual([1_250, 2_500]);
  });
});

describe('an API that does not answer', () => {
  test('is asked after 2, 4, 8 … 60 s, and as before once it answers', async () => {
    let away = true;
    const page = open({ found: () => (away ? { data: same, error: networkProblem() } : unchanged) });
    await page.for(1_250 + 2_000 + 4_000 + 8_000 + 16_000 + 32_000 + 60_000);
    expect(page.looks).toEqual([1_250, 3_250, 7_250, 15_250, 31_250, 63_250, 123_250]);
    expect(page.failures).toEqual([1, 2, 3, 4, 5, 6, 7]);
    away = false;
    await page.for(60_000 + 5_000);
    expect(page.failures.slice(-2)).toEqual([0, 0]);
  });

  test('is not asked before it said, though the reader comes back', async () => {
    const page = open({ found: () => refused(429, 40) });
    await page.for(1_250);
    for (let i = 0; i < 39; i += 1) {
      page.focus();
      await page.for(1_000);
    }
    expect(page.looks).toEqual([1_250]);
    await page.for(1_000);
    expect(page.looks).toEqual([1_250, 41_250]);
  });
});

test('an address that has used half of its requests looks every 15 s, one with a quarter left every minute', async () => {
  const page = open();
  noteRoom(new Headers({ 'ratelimit-limit': '600', 'ratelimit-remaining': '299' }));
  await page.for(1_250 + 15_000);
  noteRoom(new Headers({ 'ratelimit-limit': '600', 'ratelimit-remaining': '100' }));
  noteRoom(new Headers()); // an answer from before the API counts
  await page.for(15_000 + 59_999);
  expect(page.looks).toEqual([1_250, 16_250, 31_250]);
  await page.for(1);
  expect(page.looks).toEqual([1_250, 16_250, 31_250, 91_250]);
});

test('pages that an outage has brought into step fall out of it: a look may come up to a tenth later', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const page = open();
  await page.for(1_375);
  expect(page.looks).toEqual([1_375]);
});
