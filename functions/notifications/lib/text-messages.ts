/** What one text message holds in the GSM alphabet; more would be two, and cost twice. */
export const maxTextLength = 160;

/** What a text message tells of: whose parcel, and where to look. */
interface ParcelNews {
  /** The order's number. */
  number: string;
  /** Of the order's page; it opens a guest's order. */
  orderUrl: string;
}

const happened = { shipped: 'is on its way', delivered: 'has arrived' } as const;

/**
 * News of a parcel in one text message: with the link, and how to stop them where there is room. Where the shop's address is so long that not even
 * the link fits, the mail has it.
 */
export function parcelText(kind: keyof typeof happened, { number, orderUrl }: ParcelNews): string {
  const news = `Kelvo: order ${number} ${happened[kind]}.`;
  const texts = [`${news} ${orderUrl} STOP ends these`, `${news} ${orderUrl}`, `${news} Your mail has the link.`];
  return texts.find((text) => text.length <= maxTextLength) ?? news;
}
