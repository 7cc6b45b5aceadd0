import { authorize, kitErrors } from "@mycelium/subgraph-kit";
import { asc } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type TenantRow, tenants } from "../db/tables.ts";
import { platformTenant } from "../token/signing-keys.ts";

/** Over all tenants, which only the operator may see; each time leaves a row that says so. */
export async function listTenants(context: Context): Promise<TenantRow[]> {
  authorize(context, "ADMIN");
  const { caller, services } = context;
  if (caller.tenantId !== platformTenant) throw kitErrors.FORBIDDEN();
  const session = { reason: "tenants are listed", requestId: caller.requestId };
  return services.database.asSystem(session, (tx) =>
    tx.select().from(tenants).orderBy(asc(tenants.id)).limit(10_000),
  );
}
