// POST /api/admin/demo-mode: an admin switches the shop into a mode, or lets faults happen; normal ends all of it.
import { setDemoModeRoute } from '#functions/demo/lib/contract.ts';
import { setDemoMode } from '#functions/demo/lib/set-demo-mode.ts';
import { stageFaults } from '#functions/demo/lib/stage-faults.ts';
import { startFunction } from '#functions/demo/lib/start-function.client.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { required } from '#platform/config.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(setDemoModeRoute, async ({ body, shopper, now }) => {
  const mode = await setDemoMode(body, { ...stageFaults(), actor: actorOf(shopper), now });
  await startFunction(required('RUN_FAULTS_FUNCTION'), now); // for normal too: what ended may have left something to put right
  return { status: 200, body: mode };
});
