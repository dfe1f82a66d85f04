export const list = ['mug'];
