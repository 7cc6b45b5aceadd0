import { defineLoader, inOrderOf, kitErrors } from "@mycelium/subgraph-kit";
import { inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type TenantRow, tenants } from "../db/tables.ts";

/** The caller's own. Another's is refused, and so is one that does not exist. */
export async function findTenant(context: Context, id: string | null | undefined): Promise<TenantRow> {
  const { tenantId } = context.caller;
  const tenant = id == null || id === tenantId ? await tenantById.load(context, tenantId) : null;
  if (!tenant) throw kitErrors.FORBIDDEN();
  return tenant;
}

export const tenantById = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(tenants)
      .where(inArray(tenants.id, [...ids])),
  );
  return inOrderOf(ids, rows, (row) => row.id, null);
});
