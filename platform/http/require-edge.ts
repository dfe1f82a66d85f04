import { Problem } from '../errors.ts';
import { behindEdge, isThroughEdge } from './edge.ts';
import type { RouteMiddleware } from './request.ts';

/** Refuses whoever calls the API past CloudFront, where WAF and its limits are. */
export function requireEdge(): RouteMiddleware {
  return {
    before: function requireEdgeBefore({ event }) {
      if (!behindEdge || isThroughEdge(event.headers)) return;
      throw new Problem('forbidden', 'edge-required', "Call the shop's own address.");
    },
  };
}
