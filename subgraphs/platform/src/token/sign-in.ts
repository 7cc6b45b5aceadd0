import { kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { findForSignIn } from "../account/accounts.ts";
import { checkPassword } from "../account/password.ts";
import { logAction } from "../audit/log.ts";
import type { Context } from "../context.ts";
import { type AccountRow, accounts, refreshTokens } from "../db/tables.ts";
import { platformErrors } from "../errors.ts";
import { tenantById } from "../tenant/find.ts";
import { accessLifeSeconds, giveRefreshToken, hashToken, signAccessToken } from "./issue.ts";

export interface Tokens {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_token: string;
}

const signInInput = z.object({ email: z.string().max(320).toLowerCase(), password: z.string().max(200) });
const minuteMs = 60_000;

export interface Client {
  /** Of whoever asks: a password is not guessed from one place, nor one account's from many. */
  address: string;
}

/** Says no more than that something was wrong, whatever it was, and takes as long. */
export async function signIn(context: Context, input: unknown, { address }: Client): Promise<Tokens> {
  const { email, password } = parseInput(signInInput, input);
  const { tenantId } = context.caller;
  await limit(context, { key: `sign-in:address:${address}`, limit: 30 });
  await limit(context, { key: `sign-in:account:${tenantId}:${email}`, limit: 10 });
  const account = await findForSignIn(context, email);
  const isRight = await checkPassword(password, account?.passwordHash);
  if (!account || !isRight) throw platformErrors.WRONG_CREDENTIALS();
  const refreshToken = await context.transact(async (tx) => {
    await logAction(
      tx,
      { ...context.caller, userId: account.id },
      { action: "account.signed_in", target: account.id },
    );
    return giveRefreshToken(tx, { tenantId, accountId: account.id, family: crypto.randomUUID() });
  });
  return answer(context, account, refreshToken);
}

/** A token is good once. The second time somebody has stolen it: nobody's of that sign-in is good any more. */
export async function refresh(context: Context, token: string): Promise<Tokens> {
  const { tenantId } = context.caller;
  const outcome = await context.transact(async (tx) => {
    const hash = hashToken(token);
    const [row] = await tx.select().from(refreshTokens).where(eq(refreshTokens.hash, hash)).for("update");
    if (!row || row.expiresAt < new Date()) return undefined;
    if (row.usedAt !== null) {
      await tx.delete(refreshTokens).where(eq(refreshTokens.family, row.family));
      const actor = { ...context.caller, userId: row.accountId };
      await logAction(tx, actor, { action: "refresh_token.reused", target: row.accountId });
      return undefined;
    }
    const isActive = and(eq(accounts.id, row.accountId), isNull(accounts.deactivatedAt));
    const [account] = await tx.select().from(accounts).where(isActive);
    if (!account) return undefined;
    await tx.update(refreshTokens).set({ usedAt: new Date() }).where(eq(refreshTokens.hash, hash));
    const { accountId, family } = row;
    return { account, refreshToken: await giveRefreshToken(tx, { tenantId, accountId, family }) };
  });
  if (!outcome) throw platformErrors.REFRESH_REFUSED();
  return answer(context, outcome.account, outcome.refreshToken);
}

/** Ends the sign-in that the token belongs to. One that is unknown is over already. */
export async function signOut(context: Context, token: string): Promise<void> {
  await context.transact(async (tx) => {
    const [row] = await tx
      .select()
      .from(refreshTokens)
      .where(eq(refreshTokens.hash, hashToken(token)));
    if (row) await tx.delete(refreshTokens).where(eq(refreshTokens.family, row.family));
  });
}

async function answer(context: Context, { id, role }: AccountRow, refreshToken: string): Promise<Tokens> {
  const { tenantId } = context.caller;
  const tenant = await tenantById.load(context, tenantId);
  const claims = { tenant: tenantId, plan: tenant?.plan, user: id, role };
  return {
    access_token: await signAccessToken(context.services.signingKeys, claims),
    ...{ token_type: "Bearer", expires_in: accessLifeSeconds, refresh_token: refreshToken },
  };
}

async function limit({ services }: Context, request: { key: string; limit: number }): Promise<void> {
  const { allowed, retryAfterMs } = await services.limiter.take({ ...request, windowMs: minuteMs });
  if (!allowed) throw kitErrors.RATE_LIMITED({ retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) });
}
