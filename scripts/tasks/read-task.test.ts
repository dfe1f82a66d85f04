import { expect, test } from 'vitest';
import { readTask } from './read-task.ts';

test.each([
  [['--stage', 'dev', 'status'], { stage: 'dev', task: 'status', inputs: [{}], wantsPassword: false }],
  [['roles', '--stage', 'prod'], { stage: 'prod', task: 'roles', inputs: [{}], wantsPassword: false }],
  [['--stage', 'dev', 'seed', '--past-orders'], { stage: 'dev', task: 'seed', inputs: [{ past: true }], wantsPassword: false }],
  [
    ['--stage', 'dev', 'create-admin', '--email', ' a@b.example ', '--name', 'Ada'],
    { stage: 'dev', task: 'create-admin', inputs: [{ email: 'a@b.example', name: 'Ada' }], wantsPassword: true },
  ],
  [
    ['--stage', 'dev', 'create-admin', '--email', 'a@b.example', '--promote'],
    { stage: 'dev', task: 'create-admin', inputs: [{ email: 'a@b.example', promote: true }], wantsPassword: false },
  ],
  [
    ['--stage', 'prod', 'after-restore', '--to', '2026-01-20T22:15:00+01:00', '--hours', '2'],
    { stage: 'prod', task: 'after-restore', inputs: [{ to: '2026-01-20T21:15:00.000Z', told: [], hours: 2 }], wantsPassword: false },
  ],
])('%j is understood', (args, order) => {
  expect(readTask(args)).toEqual(order);
});

test.each([
  [[], 'Name one task'],
  [['drop'], 'not "drop"'],
  [['seed', 'roles'], 'not "seed roles"'],
  [['create-admin'], '--email is missing'],
  [['seed', '--email', 'a@b.example'], 'are for create-admin'],
  [['status', '--past-orders'], 'is for seed'],
  [['create-admin', '--email', 'a@b.example', '--password', 'x'], '--password'],
  [['after-restore'], '--to needs an instant with its zone'],
  [['after-restore', '--to', '2026-01-20T21:15:00'], '--to needs an instant with its zone'],
  [['after-restore', '--to', '2999-01-01T00:00:00Z'], 'in the future'],
  [['after-restore', '--to', '2026-01-20T21:15:00Z', '--hours', '169'], 'at most 168'],
  [['after-restore', '--to', '2026-01-20T21:15:00Z', '--told', 'no-such-file.jsonl'], 'no-such-file.jsonl'],
  [['roles', '--told', 'told.jsonl'], 'are for after-restore'],
])('%j is refused in a sentence', (args, said) => {
  expect(() => readTask(args)).toThrow(said);
});
