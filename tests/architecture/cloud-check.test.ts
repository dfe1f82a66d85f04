import { describe, expect, test } from 'vitest';
import { eventNames } from '#local/replay/event-files.ts';
import { judged, unjudged } from '../../scripts/cloud-check/policies.ts';
import { read } from './support/sources.ts';
import { template } from './support/template.ts';

/** Whatever gives a permission: managed policies, roles with policies of their own, policies of queues. */
const giving = Object.entries(template.Resources)
  .filter(
    ([, { Type, Properties = {} }]) =>
      /^AWS::(IAM::ManagedPolicy|SQS::QueuePolicy)$/.test(Type) || (Type === 'AWS::IAM::Role' && Properties.Policies !== undefined),
  )
  .map(([id]) => id);

describe('the policies that cloud:check takes away', () => {
  test('are all that the template has, but for those that are named with the reason why not', () => {
    expect([...Object.keys(judged), ...Object.keys(unjudged)].sort()).toEqual(giving.sort());
  });

  test('are missed by events that there are', () => {
    const events = new Set(eventNames('events'));
    const named = Object.values(judged).flatMap((probe) => ('event' in probe ? [probe.event] : []));
    expect(named.filter((event) => !events.has(event))).toEqual([]);
  });
});

test('docs/cloud-check.md names each type that the emulator has as a placeholder only', () => {
  const placeholders = [...read('scripts/cloud-check/emulator/emulated_aws.py').matchAll(/^ {4}\(?"AWS::(\w+)::(\w+)"/gm)].map(
    ([, service, type]) => ({ service, type }),
  );
  const page = read('docs/cloud-check.md');
  expect(placeholders.length).toBeGreaterThan(20);
  expect(placeholders.filter(({ service, type }) => !page.includes(String(service)) || !page.includes(String(type)))).toEqual([]);
});
