import { eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { apiKeys } from "../db/tables.ts";
import { tenantById } from "../tenant/find.ts";
import { hashToken } from "../token/issue.ts";
import { isActive } from "./keys.ts";

/** The router's question (RFC 7662): whose key is it, and what may it do. */
export async function introspectKey(context: Context, key: string): Promise<object> {
  const [row] = await context.read((tx) =>
    tx
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.hash, hashToken(key))),
  );
  if (!row || !isActive(row)) return { active: false };
  const tenant = await tenantById.load(context, context.caller.tenantId);
  return {
    ...{ active: true, sub: `key:${row.id}`, tenant_id: context.caller.tenantId },
    ...{ roles: [row.role], scope: row.scopes.join(" "), plan: tenant?.plan },
    ...(row.expiresAt && { exp: Math.floor(row.expiresAt.getTime() / 1_000) }),
  };
}
