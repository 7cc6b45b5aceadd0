import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import { emailAddress } from "../account/accounts.ts";
import { hashPassword, newPassword } from "../account/password.ts";
import { logAction } from "../audit/log.ts";
import type { Context } from "../context.ts";
import { accounts, type TenantRow, tenants } from "../db/tables.ts";
import { platformTenant } from "../token/signing-keys.ts";

const createInput = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "takes 2 to 63 small letters, digits and hyphens"),
  name: z.string().trim().min(1).max(200),
  plan: z.enum(["STANDARD", "PREMIUM", "ENTERPRISE"]).nullish(),
  adminEmail: emailAddress,
  adminPassword: newPassword,
});

/** The operator's alone: an administrator of the platform's own tenant. */
export async function createTenant(context: Context, input: unknown): Promise<TenantRow> {
  authorize(context, "ADMIN");
  if (context.caller.tenantId !== platformTenant) throw kitErrors.FORBIDDEN();
  const { id, name, plan, adminEmail: email, adminPassword } = parseInput(createInput, input);
  const passwordHash = await hashPassword(adminPassword);
  const { userId, requestId } = context.caller;
  return context.services.database.transact({ tenantId: id, userId, requestId }, async (tx) => {
    const values = { id, name, ...(plan && { plan }) };
    const [tenant] = await tx.insert(tenants).values(values).onConflictDoNothing().returning();
    if (!tenant) throw kitErrors.CONFLICT({ reason: `There is a tenant ${id} already` });
    await tx.insert(accounts).values({ email, name: "Administrator", role: "ADMIN", passwordHash });
    await logAction(tx, { userId, requestId }, { action: "tenant.created", target: id });
    return tenant;
  });
}
