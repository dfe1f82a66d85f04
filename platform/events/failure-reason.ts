import { foreignText } from '../foreign-text.ts';

/** Why something failed, in one line of 300 characters at most: what was thrown, and what was behind it (`Problem`s of an outage have a cause). */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return foreignText(String(error));
  const behind = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return foreignText(`${error.name}: ${error.message}${behind}`);
}
