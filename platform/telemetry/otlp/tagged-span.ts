import type { Tags } from '../datadog.ts';
import type { Attributes } from './encode.ts';
import type { SpanStart } from './open-span.ts';

/** What spans are tagged by for every tracer, in OpenTelemetry's present names. */
const names: Record<string, string> = { 'messaging.operation': 'messaging.operation.type', 'out.host': 'server.address' };

/** A span of `span()` (trace.ts), whose tags are named as Datadog has them. */
export function taggedSpan(name: string, { 'span.kind': kind = 'internal', 'resource.name': shown = name, ...tags }: Tags): SpanStart {
  const attributes: Attributes = { 'messaging.operation.name': tags['messaging.operation'] };
  for (const [tag, value] of Object.entries(tags)) attributes[names[tag] ?? tag] = value;
  return { name: String(shown), kind: kind as SpanStart['kind'], attributes };
}
