import { shopName } from '../functions/catalog/lib/contract.ts';

export const greeting = `Welcome to ${shopName}`;
