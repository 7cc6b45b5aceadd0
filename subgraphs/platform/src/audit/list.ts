import { authorize, type Connection, type PageRequest, readPage, toConnection } from "@mycelium/subgraph-kit";
import { desc, lt } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type AuditRow, auditLog } from "../db/tables.ts";

/** The newest first. */
export async function listAuditLog(context: Context, request: PageRequest): Promise<Connection<AuditRow>> {
  authorize(context, "ADMIN");
  const page = readPage(request, { list: "platform.audit_log", keys: 1 });
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(auditLog)
      .where(page.after && lt(auditLog.id, Number(page.after[0])))
      .orderBy(desc(auditLog.id))
      .limit(page.limit),
  );
  return toConnection(rows, page, ({ id }) => [String(id)]);
}
