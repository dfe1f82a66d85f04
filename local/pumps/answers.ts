/** What a function's answer to a batch means (ReportBatchItemFailures: AWS docs services-sqs-errorhandling, services-kinesis-batchfailurereporting). */

/**
 * The ids of a batch that failed. An answer without a list is a success; one that names something else than records of the batch, or
 * nothing, is a failure of all.
 */
export function failedIds(answer: unknown, ids: readonly string[]): string[] {
  const failures = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return [...ids];
  const named = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  if (!named.every((id): id is string => typeof id === 'string' && ids.includes(id))) return [...ids];
  return [...new Set(named)];
}

/** A windowed function's state; undefined where the answer has none, which fails the call. */
export const stateOf = (answer: unknown): unknown => (answer as { state?: unknown } | null | undefined)?.state ?? undefined;
