/** How much memory a function should have, from what it used. */
import type { Report } from './lambda-reports.ts';

/** Sizes worth thinking about. 1,769 MB is a whole processor. */
export const sizes = [256, 384, 512, 768, 1024, 1536, 1769, 3008] as const;
/** Room above the most that was used: the next version, and a request that is larger than any yet. */
const margin = 1.3;
/** Fewer say nothing. */
const enough = 20;
/** Below, a cold start takes seconds: the processor's share goes with the memory. */
const least = 256;

export interface Advice {
  name: string;
  invocations: number;
  memoryMb: number;
  /** The most that any invocation used. */
  usedMb: number;
  /** On average. */
  billedMs: number;
  suggestedMb: number;
  why: string;
  /** USD for a million invocations at each size: while it waits for others as long as now, and while it computes, which takes longer with less. */
  costs: { mb: number; waiting: number; computing: number }[];
}

function adviceFor(name: string, reports: readonly Report[], usdPerGbSecond: number): Advice {
  const memoryMb = reports.at(-1)?.memoryMb ?? 0;
  const current = reports.filter((report) => report.memoryMb === memoryMb);
  const usedMb = Math.max(...current.map((report) => report.usedMb));
  const billedMs = current.reduce((sum, report) => sum + report.billedMs, 0) / current.length;
  const usd = (mb: number, ms: number) => (mb / 1024) * (ms / 1000) * 1e6 * usdPerGbSecond;
  const fitting = sizes.find((mb) => mb >= least && mb >= usedMb * margin) ?? memoryMb;
  const share = Math.round((usedMb / memoryMb) * 100);
  const decide = (): Pick<Advice, 'suggestedMb' | 'why'> => {
    if (current.length < enough)
      return { suggestedMb: memoryMb, why: `${current.length} invocations say too little, ${enough} are needed` };
    if (fitting > memoryMb) return { suggestedMb: fitting, why: `uses ${share} %: with less than 30 % of room a larger request ends it` };
    if (fitting < memoryMb)
      return {
        suggestedMb: fitting,
        why: `uses ${share} %; ${fitting} MB leave ${Math.round((fitting / usedMb - 1) * 100)} % of room. Look at its p95 afterwards: less memory is less processor`,
      };
    return { suggestedMb: memoryMb, why: `uses ${share} %, which is right` };
  };
  const costs = [...new Set([...sizes, memoryMb])]
    .filter((mb) => mb >= usedMb)
    .sort((a, b) => a - b)
    .map((mb) => ({ mb, waiting: usd(mb, billedMs), computing: usd(mb, billedMs * Math.max(1, memoryMb / mb)) }));
  return { name, invocations: current.length, memoryMb, usedMb, billedMs, ...decide(), costs };
}

/** One a function, the one that could save most first. Only invocations with the size that it has now count. */
export function rightMemory(reports: readonly Report[], usdPerGbSecond: number): Advice[] {
  const names = [...new Set(reports.map(({ name }) => name))];
  return names
    .map((name) =>
      adviceFor(
        name === '' ? '(not named in the lines)' : name,
        reports.filter((report) => report.name === name),
        usdPerGbSecond,
      ),
    )
    .sort((a, b) => b.memoryMb - b.suggestedMb - (a.memoryMb - a.suggestedMb) || a.name.localeCompare(b.name));
}
