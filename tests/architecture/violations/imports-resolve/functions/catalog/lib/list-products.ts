import { list } from '#platform/nowhere.ts';

export const products = list;
