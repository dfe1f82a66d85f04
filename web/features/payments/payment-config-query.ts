import { queryOptions } from '@tanstack/react-query';
import { call } from '../../lib/api.ts';
import { getPaymentConfig } from '../../lib/routes.ts';

/** How this shop is paid. It does not change while a page is open. */
export const paymentConfigQuery = queryOptions({
  queryKey: ['payment-config'],
  queryFn: ({ signal }) => call(getPaymentConfig, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
