// queue CountSoldProductsQueue: the pieces of paid orders are counted, by product and day.
import { countSoldProducts } from '#functions/analytics/lib/count-sold-products.ts';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { consume } from '#platform/events/consume.ts';

export const handler = consume('analytics/count-sold-products', [orderEvents.paid], countSoldProducts);
