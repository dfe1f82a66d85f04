import { divideHalfEven } from '#platform/money.ts';

/** Standard VAT or GST rates in hundredths of a percent (as of November 2026); a country that is not here shows no tax. */
const rates: Record<string, bigint> = {
  AT: 2000n,
  AU: 1000n,
  BE: 2100n,
  CA: 500n,
  CH: 810n,
  CN: 1300n,
  DE: 1900n,
  DK: 2500n,
  ES: 2100n,
  FI: 2550n,
  FR: 2000n,
  GB: 2000n,
  IE: 2300n,
  IT: 2200n,
  JP: 1000n,
  NL: 2100n,
  NO: 2500n,
  NZ: 1500n,
  PL: 2300n,
  PT: 2300n,
  SE: 2500n,
};

/** The tax contained in a total of minor units that goes to a country: prices include tax, so nothing is added. */
export function taxContained(total: number, country: string): number {
  const rate = rates[country] ?? 0n;
  return Number(divideHalfEven(BigInt(total) * rate, 10_000n + rate));
}
