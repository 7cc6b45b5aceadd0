import { createHash, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import type { Context } from "../context.ts";
import { refreshTokens } from "../db/tables.ts";
import type { SigningKeys } from "./signing-keys.ts";

export const accessLifeSeconds = 900;
const refreshLifeMs = 30 * 24 * 3_600_000;

export interface TokenClaims {
  tenant: string;
  plan?: string | undefined;
  user: string;
  role: string;
  lifeSeconds?: number;
}

export const tokenIssuer = "mycelium-platform";

export async function signAccessToken(keys: SigningKeys, claims: TokenClaims): Promise<string> {
  const { id, key, algorithm } = await keys.current();
  const { tenant, plan, user, role, lifeSeconds = accessLifeSeconds } = claims;
  return new SignJWT({ tenant_id: tenant, roles: [role], ...(plan && { plan }) })
    .setProtectedHeader({ alg: algorithm, kid: id })
    .setIssuer(tokenIssuer)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1_000) + lifeSeconds)
    .sign(key);
}

type Tx = Parameters<Parameters<Context["transact"]>[0]>[0];

/** The tenant is part of it, so that it is found without knowing who shows it. */
export async function giveRefreshToken(
  tx: Tx,
  { tenantId, accountId, family }: { tenantId: string; accountId: string; family: string },
): Promise<string> {
  const token = `${tenantId}.${randomBytes(32).toString("base64url")}`;
  const expiresAt = new Date(Date.now() + refreshLifeMs);
  await tx.insert(refreshTokens).values({ hash: hashToken(token), accountId, family, expiresAt });
  return token;
}

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
