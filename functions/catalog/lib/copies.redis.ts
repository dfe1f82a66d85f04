import { forget } from '#platform/cache/read-through.ts';

const productTag = (id: string) => `product:${id}`;

/** What lists, searches and categories go by: all that admins change. Stock that orders move is no reason to read every list anew. */
export const tagsOfCatalog = ['catalog'];

/** What a product's own page goes by: also its stock. */
export const tagsOfProduct = (id: string): string[] => [...tagsOfCatalog, productTag(id)];

/** Makes all copies of the catalog void; after the commit of whatever an admin changed in it. */
export const forgetCatalog = (): Promise<void> => forget(tagsOfCatalog);

/** Makes the copies of these products void; after the commit of what changed their stock. Lists may tell the old one for 2 s more. */
export const forgetProducts = (ids: readonly string[]): Promise<void> => forget(ids.map(productTag));
