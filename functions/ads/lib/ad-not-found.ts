import { Problem } from '#platform/errors.ts';

export const adNotFound = () => new Problem('missing', 'ad-not-found', 'There is no ad with this id.');
