import type { addItemRoute, getCartRoute, removeItemRoute, updateItemRoute } from '#functions/cart/lib/contract.ts';
import type { getProductRoute, listCategoriesRoute, listProductsRoute } from '#functions/catalog/lib/contract.ts';
import type { cancelOrderRoute, getOrderRoute, placeOrderRoute } from '#functions/orders/lib/contract.ts';
import type { confirmPaymentRoute, createIntentRoute } from '#functions/payments/lib/contract.ts';
import type { searchRoute } from '#functions/search/lib/contract.ts';
import type { quoteShippingRoute } from '#functions/shipping/lib/contract.ts';
import type { RouteContract } from '#platform/http/contract.ts';

/** A route as the browser needs it: its contract is only a type here, so that no validation code lands in the bundle. */
export interface WebRoute<R extends RouteContract> {
  readonly method: R['method'];
  readonly path: R['path'];
  /** Never there at run time: it carries the contract's type. */
  readonly contract?: R;
}

// The compiler refuses a method or path that differs from the contract's.
const from = <R extends RouteContract>(method: R['method'], path: R['path']): WebRoute<R> => ({ method, path });

export const listProducts = from<typeof listProductsRoute>('GET', '/api/products');
export const getProduct = from<typeof getProductRoute>('GET', '/api/products/{id}');
export const listCategories = from<typeof listCategoriesRoute>('GET', '/api/categories');
export const search = from<typeof searchRoute>('GET', '/api/search');
export const getCart = from<typeof getCartRoute>('GET', '/api/cart/{sessionId}');
export const addItem = from<typeof addItemRoute>('POST', '/api/cart/add');
export const updateItem = from<typeof updateItemRoute>('PUT', '/api/cart/update');
export const removeItem = from<typeof removeItemRoute>('DELETE', '/api/cart/{sessionId}/item/{productId}');
export const quoteShipping = from<typeof quoteShippingRoute>('POST', '/api/shipping/quote');
export const placeOrder = from<typeof placeOrderRoute>('POST', '/api/orders');
export const getOrder = from<typeof getOrderRoute>('GET', '/api/orders/{id}');
export const cancelOrder = from<typeof cancelOrderRoute>('POST', '/api/orders/{id}/cancel');
export const createIntent = from<typeof createIntentRoute>('POST', '/api/payment/create-intent');
export const confirmPayment = from<typeof confirmPaymentRoute>('POST', '/api/payment/confirm');
