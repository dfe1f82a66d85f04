export * from './list-products.ts';
