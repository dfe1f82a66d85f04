export const priceOf = (product: string) => product.length;
