import type { Arrival } from './arrivals.ts';
import { abandonCart, checkOut, fillCart, signIn } from './buying.ts';
import { lookAround, openFrontPage, openProduct } from './looking.ts';
import { shopperOf } from './shopper.ts';
import type { Journey } from './step.ts';

/**
 * What somebody does who arrives, request by request. The same arrival does the same as long as the shop answers the same: what depends on an answer,
 * such as which product of a list, is drawn from the seed as all else. Who gets no answer that is needed goes away.
 * @param tag of the run: lower-case letters and digits, in the e-mail addresses of its orders
 */
export function* journeyOf({ kind, seed }: Pick<Arrival, 'kind' | 'seed'>, tag: string): Journey {
  const shopper = shopperOf(seed, tag);
  const { chances } = shopper;
  let shown = yield* openFrontPage(shopper);
  if (kind === 'browse') {
    for (let looks = chances.whole(1, 3); looks > 0; looks -= 1) {
      shown = yield* lookAround(shopper, shown);
      yield* openProduct(shopper, shown);
    }
    return;
  }
  const cart = yield* fillCart(shopper, shown, kind === 'cart' ? 3 : 2);
  if (!cart || cart.items.length === 0) return;
  if (kind === 'cart') {
    yield* abandonCart(shopper, cart);
    return;
  }
  if (chances.happens(0.3)) yield* signIn(shopper);
  yield* checkOut(shopper);
}
