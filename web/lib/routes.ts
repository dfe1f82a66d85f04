import type { chooseAdsRoute, clickAdRoute } from '#functions/ads/lib/contract.ts';
import type { recordBeaconRoute } from '#functions/analytics/lib/contract.ts';
import type {
  changePasswordRoute,
  getProfileRoute,
  loginRoute,
  logoutRoute,
  refreshRoute,
  registerRoute,
  updateProfileRoute,
} from '#functions/auth/lib/contract.ts';
import type { addItemRoute, getCartRoute, mergeCartRoute, removeItemRoute, updateItemRoute } from '#functions/cart/lib/contract.ts';
import type { getProductRoute, listCategoriesRoute, listProductsRoute } from '#functions/catalog/lib/contract.ts';
import type { listMailboxRoute, sendOrderConfirmationRoute, sendShippingUpdateRoute } from '#functions/notifications/lib/contract.ts';
import type {
  cancelOrderRoute,
  getOrderRoute,
  listOrdersRoute,
  placeOrderRoute,
  setStatusRoute,
  withdrawSmsConsentRoute,
} from '#functions/orders/lib/contract.ts';
import type { confirmPaymentRoute, createIntentRoute, getPaymentConfigRoute, refundOrderRoute } from '#functions/payments/lib/contract.ts';
import type { listRecommendationsRoute } from '#functions/recommendations/lib/contract.ts';
import type { searchRoute, suggestSearchRoute } from '#functions/search/lib/contract.ts';
import type { quoteShippingRoute } from '#functions/shipping/lib/contract.ts';
import type { RouteContract } from '#platform/http/contract.ts';

/** A route as the browser needs it: its contract is only a type here, so that no validation code lands in the bundle. */
export interface WebRoute<R extends RouteContract> {
  readonly method: R['method'];
  readonly path: R['path'];
  /** The same for everybody; caches may keep it for a moment. */
  readonly cacheable: boolean;
  /** Never set at run time: it only carries the contract's type. */
  readonly contract?: R;
}

type Kept<R extends RouteContract> = R extends { cacheable: true } ? ['cacheable'] : [];

// The compiler refuses a method, path or cacheability that differs from the contract's.
const from = <R extends RouteContract>(method: R['method'], path: R['path'], ...kept: Kept<R>): WebRoute<R> => ({
  method,
  path,
  cacheable: kept.length > 0,
});

export const listProducts = from<typeof listProductsRoute>('GET', '/api/products', 'cacheable');
export const getProduct = from<typeof getProductRoute>('GET', '/api/products/{id}', 'cacheable');
export const listCategories = from<typeof listCategoriesRoute>('GET', '/api/categories', 'cacheable');
export const search = from<typeof searchRoute>('GET', '/api/search', 'cacheable');
export const listRecommendations = from<typeof listRecommendationsRoute>('GET', '/api/recommendations', 'cacheable');
export const suggestSearch = from<typeof suggestSearchRoute>('GET', '/api/search/suggest', 'cacheable');
export const getCart = from<typeof getCartRoute>('GET', '/api/cart/{sessionId}');
export const addItem = from<typeof addItemRoute>('POST', '/api/cart/add');
export const updateItem = from<typeof updateItemRoute>('PUT', '/api/cart/update');
export const removeItem = from<typeof removeItemRoute>('DELETE', '/api/cart/{sessionId}/item/{productId}');
export const mergeCart = from<typeof mergeCartRoute>('POST', '/api/cart/merge');
export const quoteShipping = from<typeof quoteShippingRoute>('POST', '/api/shipping/quote');
export const placeOrder = from<typeof placeOrderRoute>('POST', '/api/orders');
export const getOrder = from<typeof getOrderRoute>('GET', '/api/orders/{id}');
export const listOrders = from<typeof listOrdersRoute>('GET', '/api/orders');
export const setStatus = from<typeof setStatusRoute>('PUT', '/api/orders/{id}/status');
export const cancelOrder = from<typeof cancelOrderRoute>('POST', '/api/orders/{id}/cancel');
export const withdrawSmsConsent = from<typeof withdrawSmsConsentRoute>('DELETE', '/api/orders/{id}/sms-consent');
export const createIntent = from<typeof createIntentRoute>('POST', '/api/payment/create-intent');
export const confirmPayment = from<typeof confirmPaymentRoute>('POST', '/api/payment/confirm');
export const getPaymentConfig = from<typeof getPaymentConfigRoute>('GET', '/api/payment/config', 'cacheable');
export const refundOrder = from<typeof refundOrderRoute>('POST', '/api/payment/refund');
export const listMailbox = from<typeof listMailboxRoute>('GET', '/api/notifications/mailbox');
export const sendOrderConfirmation = from<typeof sendOrderConfirmationRoute>('POST', '/api/notifications/order-confirmation');
export const sendShippingUpdate = from<typeof sendShippingUpdateRoute>('POST', '/api/notifications/shipping-update');
export const register = from<typeof registerRoute>('POST', '/api/auth/register');
export const login = from<typeof loginRoute>('POST', '/api/auth/login');
export const refreshSession = from<typeof refreshRoute>('POST', '/api/auth/refresh');
export const logout = from<typeof logoutRoute>('POST', '/api/auth/logout');
export const getProfile = from<typeof getProfileRoute>('GET', '/api/auth/profile');
export const updateProfile = from<typeof updateProfileRoute>('PUT', '/api/auth/profile');
export const changePassword = from<typeof changePasswordRoute>('PUT', '/api/auth/password');
export const chooseAds = from<typeof chooseAdsRoute>('GET', '/api/ads', 'cacheable');
export const clickAd = from<typeof clickAdRoute>('POST', '/api/ads/{id}/click');
export const recordBeacon = from<typeof recordBeaconRoute>('POST', '/api/beacon');
