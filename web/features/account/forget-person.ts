import { forgetAttempts } from '../../lib/attempt.ts';
import { write } from '../../lib/storage.ts';
import { leaveCart } from '../cart/cart-id.ts';
import { forgetAccountSearches } from '../catalog/recent-searches.ts';
import { draftPlace } from '../checkout/draft-place.ts';
import { forgetAccountOrders } from '../orders/my-orders.ts';
import { forgetAccountViewed } from '../recommendations/viewed.ts';

/** Takes what belongs to a signed-in person off this device when their session ends. Their cart and orders stay in their account. */
export function forgetPerson(): void {
  leaveCart();
  write(draftPlace, null);
  forgetAttempts();
  forgetAccountOrders();
  forgetAccountViewed();
  forgetAccountSearches();
}
