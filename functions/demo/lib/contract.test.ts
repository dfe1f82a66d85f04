import { describe, expect, test } from 'vitest';
import { faultNames } from '#platform/faults/fault-names.ts';
import { WantedMode } from './contract.ts';

const wrong = (body: unknown) => WantedMode.safeParse(body).error?.issues.map(({ path }) => path.join('/'));
const named = (more: object) => ({ mode: 'normal', faults: [{ name: 'bad-deploy', ...more }] });

describe('what a mode is set with', () => {
  test('has defaults: a fault lasts a minute and hits everybody, Black Friday goes at its own speed', () => {
    expect(WantedMode.parse({ mode: 'normal' })).toEqual({ mode: 'normal', speed: 1, faults: [] });
    expect(WantedMode.parse(named({})).faults).toEqual([{ name: 'bad-deploy', seconds: 60, strength: 1 }]);
    expect(WantedMode.parse({ mode: 'blackfriday', faults: [] }).mode).toBe('blackfriday');
    expect(WantedMode.parse({ mode: 'normal', faults: faultNames.map((name) => ({ name })) }).faults).toHaveLength(faultNames.length);
  });

  test.each([
    [{}, 'mode'],
    [{ mode: 'chaos' }, 'mode'],
    [{ mode: 'blackfriday', speed: 0.24 }, 'speed'],
    [{ mode: 'blackfriday', speed: 10.1 }, 'speed'],
    [{ mode: 'blackfriday', speed: '1' }, 'speed'],
    [{ mode: 'blackfriday', seed: -1 }, 'seed'],
    [{ mode: 'blackfriday', seed: 1.5 }, 'seed'],
    [{ mode: 'blackfriday', seed: 2 ** 31 }, 'seed'],
    [{ mode: 'blackfriday', faults: [{ name: 'bad-deploy' }] }, 'faults'],
    [{ mode: 'normal', faults: [{ name: 'bad-deploy' }, { name: 'bad-deploy' }] }, 'faults'],
    [named({ name: 'meteor' }), 'faults/0/name'],
    [named({ strength: 0 }), 'faults/0/strength'],
    [named({ strength: -0.5 }), 'faults/0/strength'],
    [named({ strength: 1.01 }), 'faults/0/strength'],
    [named({ seconds: 0 }), 'faults/0/seconds'],
    [named({ seconds: 901 }), 'faults/0/seconds'],
    [named({ seconds: 1.5 }), 'faults/0/seconds'],
    [named({ since: 1 }), 'faults/0'],
    [{ mode: 'normal', phase: 'peak' }, ''],
  ])('refuses %j at /%s', (body, pointer) => {
    expect(wrong(body)).toEqual([pointer]);
  });
});
