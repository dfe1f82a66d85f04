import { expect, test } from 'vitest';
import { readTask } from './read-task.ts';

test.each([
  [['--stage', 'dev', 'status'], { stage: 'dev', task: 'status', input: {}, wantsPassword: false }],
  [['roles', '--stage', 'prod'], { stage: 'prod', task: 'roles', input: {}, wantsPassword: false }],
  [['--stage', 'dev', 'seed', '--past-orders'], { stage: 'dev', task: 'seed', input: { past: true }, wantsPassword: false }],
  [
    ['--stage', 'dev', 'create-admin', '--email', ' a@b.example ', '--name', 'Ada'],
    { stage: 'dev', task: 'create-admin', input: { email: 'a@b.example', name: 'Ada' }, wantsPassword: true },
  ],
  [
    ['--stage', 'dev', 'create-admin', '--email', 'a@b.example', '--promote'],
    { stage: 'dev', task: 'create-admin', input: { email: 'a@b.example', promote: true }, wantsPassword: false },
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
])('%j is refused in a sentence', (args, said) => {
  expect(() => readTask(args)).toThrow(said);
});
