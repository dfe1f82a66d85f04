// GET /api/admin/demo-mode: what goes wrong on purpose now, and until when.
import { getDemoModeRoute } from '#functions/demo/lib/contract.ts';
import { getDemoMode } from '#functions/demo/lib/get-demo-mode.ts';
import { stageFaults } from '#functions/demo/lib/stage-faults.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getDemoModeRoute, async ({ now }) => ({ status: 200, body: await getDemoMode({ ...stageFaults(), now }) }));
