export const products = ['mug'];
