import { randomBytes } from "node:crypto";
import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { desc, eq } from "drizzle-orm";
import { z } from "zod";
import { accountRole } from "../account/accounts.ts";
import { logAction } from "../audit/log.ts";
import type { Context } from "../context.ts";
import { type ApiKeyRow, apiKeys } from "../db/tables.ts";
import { hashToken } from "../token/issue.ts";

const createInput = z.object({
  name: z.string().trim().min(1).max(200),
  role: accountRole.nullish(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, "is no scope"))
    .max(100)
    .nullish(),
  expiresAt: z.coerce.date().min(new Date(), "is over already").nullish(),
});

/** The key is in nobody's hands but the caller's: only its hash is kept. It names its tenant, to be found by. */
export async function createApiKey(
  context: Context,
  input: unknown,
): Promise<{ key: string; apiKey: ApiKeyRow }> {
  authorize(context, "ADMIN");
  const { name, role, scopes, expiresAt } = parseInput(createInput, input);
  const key = `myc_${context.caller.tenantId}.${randomBytes(32).toString("base64url")}`;
  const values = { name, role: role ?? "USER", scopes: scopes ?? [], expiresAt: expiresAt ?? null };
  const apiKey = await context.transact(async (tx) => {
    const [row] = await tx
      .insert(apiKeys)
      .values({ ...values, hash: hashToken(key) })
      .returning();
    if (!row) throw new Error("an API key was stored and not given back");
    await logAction(tx, context.caller, { action: "api_key.created", target: row.id });
    return row;
  });
  return { key, apiKey };
}

const revokeInput = z.object({ id: z.guid() });

export function revokeApiKey(context: Context, input: unknown): Promise<ApiKeyRow> {
  authorize(context, "ADMIN");
  const { id } = parseInput(revokeInput, input);
  return context.transact(async (tx) => {
    const [row] = await tx
      .update(apiKeys)
      .set({ revokedAt: new Date() })
      .where(eq(apiKeys.id, id))
      .returning();
    if (!row) throw kitErrors.NOT_FOUND({ what: "API key" });
    await logAction(tx, context.caller, { action: "api_key.revoked", target: id });
    return row;
  });
}

export function listApiKeys(context: Context): Promise<ApiKeyRow[]> {
  authorize(context, "ADMIN");
  return context.read((tx) => tx.select().from(apiKeys).orderBy(desc(apiKeys.createdAt)).limit(1_000));
}

export function isActive({ revokedAt, expiresAt }: ApiKeyRow): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > new Date());
}
