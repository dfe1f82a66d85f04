import { randomInt } from 'node:crypto';

export const newOrderNumber = () => `K-${randomInt(9999)}`;
