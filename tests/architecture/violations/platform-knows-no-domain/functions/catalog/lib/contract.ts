export const shopName = 'Kelvo';
