/** A log line of the consumer that tells people, as far as it matters here. */
interface Line {
  consumer?: unknown;
  outcome?: unknown;
  event_id?: unknown;
}

/**
 * The events that people were told of, from log lines with one JSON object each. Other lines are passed over: a log has more than what was asked for.
 * @returns event ids, each once
 */
export function toldEvents(log: string): string[] {
  const told = log.split('\n').flatMap((text) => {
    const line = parsed(text);
    // `handled before` is a try that sent what an earlier one had written.
    const handled = line?.consumer === 'notifications/notify-people' && (line.outcome === 'handled' || line.outcome === 'handled before');
    return handled && typeof line.event_id === 'string' ? [line.event_id] : [];
  });
  return [...new Set(told)];
}

function parsed(text: string): Line | undefined {
  // CloudWatch's export puts the time before the line.
  const begin = text.indexOf('{');
  if (begin < 0) return undefined;
  try {
    return JSON.parse(text.slice(begin)) as Line;
  } catch {
    return undefined;
  }
}
