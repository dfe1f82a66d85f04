export const seeded = ['mug'];
