// GET /api/admin/audit-log: what admins changed.
import { listAuditLogRoute } from '#functions/ops/lib/contract.ts';
import { listAuditLog } from '#functions/ops/lib/list-audit-log.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listAuditLogRoute, async ({ query }) => ({ status: 200, body: await listAuditLog(sql, query) }));
