// queue NoteBoughtProductsQueue: the products of paid and refunded orders are to be trained anew.
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { noteBoughtProducts } from '#functions/recommendations/lib/note-bought-products.ts';
import { consume } from '#platform/events/consume.ts';

export const handler = consume('recommendations/note-bought-products', [orderEvents.paid, orderEvents.refunded], noteBoughtProducts);
