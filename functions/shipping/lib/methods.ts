/** The ways Kelvo ships. Costs are US cents: a base for the first piece, and a little for each further one. */
export const shippingMethods = ['standard', 'express', 'overnight'] as const;
export type ShippingMethod = (typeof shippingMethods)[number];

const tariff = {
  standard: { name: 'Standard', domestic: { base: 499, piece: 50, days: [3, 5] }, abroad: { base: 1499, piece: 150, days: [7, 14] } },
  express: { name: 'Express', domestic: { base: 1299, piece: 75, days: [2, 2] }, abroad: { base: 2999, piece: 250, days: [3, 5] } },
  overnight: { name: 'Overnight', domestic: { base: 2499, piece: 100, days: [1, 1] }, abroad: { base: 5999, piece: 400, days: [2, 2] } },
} as const;

/** Standard shipping within the home country is free from this subtotal (US cents). */
export const freeStandardFrom = 7_500;
const homeCountry = 'US';
const maxChargedPieces = 20;

/**
 * What shipping costs, in US cents.
 * @param parcel country (ISO 3166-1 alpha-2), pieces in all, and the goods' subtotal in US cents
 */
export function shippingCost(method: ShippingMethod, parcel: { country: string; pieces: number; subtotal: number }): number {
  const home = parcel.country === homeCountry;
  if (home && method === 'standard' && parcel.subtotal >= freeStandardFrom) return 0;
  const { base, piece } = tariff[method][home ? 'domestic' : 'abroad'];
  return base + piece * (Math.min(parcel.pieces, maxChargedPieces) - 1);
}

/** When a parcel sent on `from` arrives: working days (Monday to Friday) in UTC, as calendar dates. */
export function deliveryDates(method: ShippingMethod, country: string, from: Date): { earliest: string; latest: string } {
  const [earliest, latest] = tariff[method][country === homeCountry ? 'domestic' : 'abroad'].days;
  return { earliest: addWorkingDays(from, earliest), latest: addWorkingDays(from, latest) };
}

export const shippingName = (method: ShippingMethod): string => tariff[method].name;

function addWorkingDays(from: Date, days: number): string {
  const date = new Date(from);
  for (let left = days; left > 0; ) {
    date.setUTCDate(date.getUTCDate() + 1);
    if (date.getUTCDay() % 6 !== 0) left -= 1;
  }
  return date.toISOString().slice(0, 10);
}
