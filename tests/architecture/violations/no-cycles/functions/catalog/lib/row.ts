// A type is enough to tie two files together.
import type { Row } from './list-products.ts';

export const row: Row = 'mug';
