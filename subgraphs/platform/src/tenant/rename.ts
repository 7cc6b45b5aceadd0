import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { logAction } from "../audit/log.ts";
import type { Context } from "../context.ts";
import { type TenantRow, tenants } from "../db/tables.ts";

const renameInput = z.object({ name: z.string().trim().min(1).max(200) });

export async function renameTenant(context: Context, input: unknown): Promise<TenantRow> {
  authorize(context, "ADMIN");
  const { name } = parseInput(renameInput, input);
  return context.transact(async (tx) => {
    const [tenant] = await tx
      .update(tenants)
      .set({ name })
      .where(eq(tenants.id, context.caller.tenantId))
      .returning();
    if (!tenant) throw kitErrors.NOT_FOUND({ what: "tenant" });
    await logAction(tx, context.caller, { action: "tenant.renamed", target: tenant.id });
    return tenant;
  });
}
