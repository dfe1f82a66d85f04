import { expect, test } from 'vitest';
import { type Stage, stages } from '../command-line.ts';
import type { Job } from './job.ts';
import { brokenRulesOf } from './rules.ts';
import { partsHere, partsOf } from './stacks.ts';
import { readStageFile } from './stage-file.ts';
import { readTemplate } from './template-file.ts';

const all = partsHere();
const templates = Object.fromEntries(all.map(({ part, template }) => [part, readTemplate(template)]));

/** A stage before its first deploy, when no stack is there that would tell anything. */
function broken(stage: Stage, parameters: Record<string, string> = {}): string[] {
  const file = readStageFile(stage, Object.values(templates));
  file.parameters = { ...file.parameters, ...parameters };
  const parts = partsOf(all, file.parameters);
  const job: Job = {
    ...{ stage, aws: {} as Job['aws'], file, bootstrap: {}, parts, templates, stacks: {}, release: undefined, heedsAlarms: true },
    ...{ secrets: undefined, signal: new AbortController().signal, say: () => undefined },
  };
  return parts.flatMap((part) => brokenRulesOf(job, part));
}

test.each(stages)('the file of %s breaks no rule of any template', (stage) => {
  expect(broken(stage)).toEqual([]);
});

test('what cannot work is known before the first stack is made', () => {
  expect(broken('prod', { DemoData: 'true' })).toContain('Demo users have published passwords and never belong in prod.');
  expect(broken('dev', { Egress: 'ipv6' })).toContain('Datadog has no IPv6; choose another Egress, or Instrumentation xray, otlp or none.');
  expect(broken('prod', { InitialMode: 'blackfriday' })).toContain('InitialMode blackfriday needs FaultsAllowed.');
  expect(broken('dev', { InitialMode: 'blackfriday' })).toEqual([]);
  // Its address is known once the data stack stands.
  expect(broken('dev', { OpenSearch: 'true', SearchEngine: 'opensearch' })).toEqual([]);
  expect(broken('dev', { DomainName: 'shop.example' })).toContain('DomainName and CertificateArn go together.');
});
