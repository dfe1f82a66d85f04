import { expect, it } from 'vitest';
import { type Course, compareCourses, type Journey, type Taken } from './compare.ts';

const took = (...steps: string[]): Taken[] =>
  steps.map((step) => {
    const [route = '', outcome = '200'] = step.split('→');
    return { route, outcome };
  });
const journey = (more: Partial<Journey> = {}): Journey => ({
  atMs: 100,
  kind: 'browse',
  seed: 5,
  taken: took('list', 'page', 'cart'),
  ...more,
});
const course = (journeys: Journey[], faults: Course['faults'] = [{ name: 'bus-away', strength: 1, startsAt: 0, endsAt: 900 }]): Course => ({
  faults,
  journeys,
});
const differences = (one: Course, other: Course) => compareCourses(one, other).differences.length;

it('The same is the same', () => {
  expect(compareCourses(course([journey()]), course([journey()]))).toEqual({ differences: [], journeys: 1, same: 1, parted: 0 });
});

it('Another time, strength, number or name of a fault is a difference', () => {
  const [fault] = course([]).faults as [Course['faults'][number]];
  for (const other of [[{ ...fault, endsAt: 901 }], [{ ...fault, strength: 0.9 }], [{ ...fault, name: 'redis-away' }], []])
    expect(differences(course([]), course([], other))).toBeGreaterThan(0);
});

it('Another shopper, or the same at another time, is a difference', () => {
  for (const other of [journey({ atMs: 101 }), journey({ kind: 'cart' }), journey({ seed: 6 })])
    expect(differences(course([journey()]), course([other]))).toBe(1);
  expect(differences(course([journey()]), course([]))).toBe(1);
});

it('Shoppers may part after answers that were not the same, and only then', () => {
  const one = course([journey({ taken: took('list', 'page→503', 'page') })]);
  expect(compareCourses(one, course([journey({ taken: took('list', 'page', 'cart') })]))).toMatchObject({
    differences: [],
    parted: 1,
    same: 0,
  });
  expect(differences(course([journey({ taken: took('list', 'page', 'other') })]), course([journey()]))).toBe(1);
  expect(differences(course([journey({ taken: took('list', 'page') })]), course([journey()]))).toBe(1);
});

it('The same steps with another answer at the end are the same journey', () => {
  expect(compareCourses(course([journey({ taken: took('list', 'page', 'cart→503') })]), course([journey()]))).toMatchObject({ same: 1 });
});
