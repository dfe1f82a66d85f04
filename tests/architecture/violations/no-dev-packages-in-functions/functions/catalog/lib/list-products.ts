import { parse } from 'yaml';

export const list = parse('- mug');
