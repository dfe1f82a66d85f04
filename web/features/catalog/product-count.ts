/** A number of products in words: "1 product", "5,000 products", and "about 5,000 products" where it is an estimate. */
export const productCount = (count: number, approximate = false): string =>
  `${approximate ? 'about ' : ''}${count.toLocaleString('en-US')} product${count === 1 ? '' : 's'}`;

/** How much of a list is shown, e.g. "24 of about 5,000 products shown". A total that is not known, or an estimate that was too low, is left out. */
export const shownOf = (shown: number, total: number | undefined, approximate = false): string =>
  total === undefined || total < shown
    ? `${productCount(shown)} shown`
    : `${shown.toLocaleString('en-US')} of ${productCount(total, approximate)} shown`;
