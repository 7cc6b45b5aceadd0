import { defineLoader, inOrderOf } from "@mycelium/subgraph-kit";
import { inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import { tenants } from "../db/tables.ts";

export const tenantById = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(tenants)
      .where(inArray(tenants.id, [...ids])),
  );
  return inOrderOf(ids, rows, (row) => row.id, null);
});
