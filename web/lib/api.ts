import type { AnswerOf, RouteContract } from '#platform/http/contract.ts';
import { type Request, send } from './request.ts';
import type { WebRoute } from './routes.ts';
import { asShopper } from './session.ts';

/**
 * Calls the API as the signed-in user. Cacheable reads are the same for everybody, so they send no token.
 * @throws ApiProblem whatever goes wrong; an abort by `signal` is rethrown as it is
 */
export const call = <R extends RouteContract>(route: WebRoute<R>, request: Request<R>): Promise<AnswerOf<R>> =>
  route.cacheable ? send(route, request) : asShopper((accessToken) => send(route, request, accessToken));
