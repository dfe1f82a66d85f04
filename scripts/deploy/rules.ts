/** What a template's rules say against a stage's configuration, before any stack is made. */
import { parseTemplate } from '#local/template-yaml.ts';
import { brokenRules } from '../templates-check/evaluated.ts';
import { type Job, resolutionOf, templateOf } from './job.ts';
import type { Part } from './stacks.ts';

/** @returns the broken assertions of a part, a sentence each; what only an earlier stack will tell counts as there */
export function brokenRulesOf(job: Job, part: Part): string[] {
  const { parameters } = resolutionOf(job, part);
  const given = Object.entries(parameters).map(([name, { value }]) => [name, value ?? 'known later'] as const);
  return brokenRules(parseTemplate(templateOf(job, part).text) as Parameters<typeof brokenRules>[0], Object.fromEntries(given));
}
