import { row } from './row.ts';

export type Row = string;
export const list = [row];
