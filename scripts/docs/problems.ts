import { routesByDomain } from '#functions/ops/lib/all-routes.ts';
import { statusOf } from '#platform/http/problem-document.ts';
import { problems } from '#platform/problem-codes.ts';
import { table, withGeneratedPart } from './generated-part.ts';

/** The one problem that no code throws on purpose. */
const internalError = ['`internal-error`', '500', 'any', 'A fault of ours.', 'Tell us the `traceId`.'];

/** Domains whose contracts name a code; `any` where none does. */
function namedBy(code: string): string {
  const domains = Object.entries(routesByDomain).filter(([, routes]) =>
    routes.some((route) => (route.problems as readonly string[] | undefined)?.includes(code)),
  );
  return domains.map(([domain]) => domain).join(', ') || 'any';
}

/** docs/problems.md as platform/problem-codes.ts says it now. */
export function problemsPage(page: string): string {
  const rows = Object.entries(problems).map(([code, { kind, meaning, advice }]) => [
    `\`${code}\``,
    String(statusOf[kind]),
    namedBy(code),
    meaning,
    advice,
  ]);
  const sorted = [...rows, internalError].sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return withGeneratedPart(page, table(['Code', 'Status', 'Routes', 'Meaning', 'What to do'], sorted));
}
