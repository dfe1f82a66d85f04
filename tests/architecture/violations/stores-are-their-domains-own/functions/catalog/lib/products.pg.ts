export const selectProduct = () => 'mug';
