import { v7 } from 'uuid';

/** A new id: UUIDv7, so rows sort by age without a sequence (`nextval` would pin RDS Proxy's connection). */
export const newId = (): string => v7();
