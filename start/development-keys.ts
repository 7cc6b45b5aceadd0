import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";

/** Made on first start, for this checkout alone. Never for production. */
export interface DevelopmentKeys {
  /** With what tokens are signed; the public half is `jwks`. */
  privateJwk: JWK;
  jwks: { keys: JWK[] };
}

const fileName = "development-keys.json";
const keyId = "development";

export async function loadDevelopmentKeys(dataFolder: string): Promise<DevelopmentKeys> {
  const path = join(dataFolder, fileName);
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as DevelopmentKeys;
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { extractable: true });
  const about = { kid: keyId, alg: "EdDSA", use: "sig" };
  const keys: DevelopmentKeys = {
    privateJwk: { ...(await exportJWK(privateKey)), ...about },
    jwks: { keys: [{ ...(await exportJWK(publicKey)), ...about }] },
  };
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(path, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return keys;
}

export interface TokenClaims {
  tenant: string;
  user: string;
  roles: readonly string[];
  lifeSeconds: number;
}

export async function signDevelopmentToken(keys: DevelopmentKeys, claims: TokenClaims): Promise<string> {
  const key = await importJWK(keys.privateJwk, "EdDSA");
  return new SignJWT({ tenant_id: claims.tenant, roles: claims.roles })
    .setProtectedHeader({ alg: "EdDSA", kid: keyId })
    .setSubject(claims.user)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1_000) + claims.lifeSeconds)
    .sign(key);
}
