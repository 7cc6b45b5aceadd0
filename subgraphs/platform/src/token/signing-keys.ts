import type { Database } from "@mycelium/database";
import type { Vault } from "@mycelium/vault";
import { desc, sql } from "drizzle-orm";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type * as tables from "../db/tables.ts";
import { signingKeys } from "../db/tables.ts";

/** The vault's secrets belong to tenants; the platform's own to this one, which nobody can sign in to. */
export const platformTenant = "mycelium";

const session = { tenantId: platformTenant, reader: "platform" };
const algorithm = "EdDSA";
/** Others read our public keys once a minute: a new one signs when they can all have it. */
const publishedFirstMs = 3 * 60_000;
/** Longer than any token lives: as long as that an older key is still believed. */
const believedMs = 24 * 3_600_000;
const rememberedMs = 30_000;
/** The same for every replica, which may start at once. */
const lockId = 4_013;

interface PublicKey {
  id: string;
  publicJwk: JWK;
  createdAt: Date;
}

/** What tokens are signed with: made when first needed, rotated by command, shared by all replicas. */
export class SigningKeys {
  private known: { keys: readonly PublicKey[]; untilMs: number } | undefined;
  private readonly privateKeys = new Map<string, Promise<CryptoKey>>();

  constructor(
    private readonly database: Database<typeof tables>,
    private readonly vault: Vault,
  ) {}

  /** For whoever verifies tokens: the newest, and older ones as long as what they have signed may live. */
  async jwks(): Promise<{ keys: JWK[] }> {
    const [newest, ...older] = await this.find();
    const believed = older.filter((_, index) => {
      const { createdAt } = (index === 0 ? newest : older[index - 1]) as PublicKey;
      return Date.now() - createdAt.getTime() < believedMs;
    });
    return { keys: [newest, ...believed].flatMap((key) => (key ? [key.publicJwk] : [])) };
  }

  async current(): Promise<{ id: string; key: CryptoKey; algorithm: string }> {
    const keys = await this.find();
    const published = keys.find(({ createdAt }) => Date.now() - createdAt.getTime() > publishedFirstMs);
    const { id } = published ?? (keys.at(-1) as PublicKey);
    const key = this.privateKeys.get(id) ?? this.readPrivate(id);
    this.privateKeys.set(id, key);
    return { id, key: await key, algorithm };
  }

  async rotate(): Promise<string> {
    const made = await this.make();
    this.known = undefined;
    return made;
  }

  private async find(): Promise<readonly PublicKey[]> {
    if (this.known && this.known.untilMs > Date.now()) return this.known.keys;
    let keys = await this.read();
    if (keys.length === 0) {
      await this.make({ onlyFirst: true });
      keys = await this.read();
    }
    this.known = { keys, untilMs: Date.now() + rememberedMs };
    return keys;
  }

  private read(): Promise<PublicKey[]> {
    return this.database.read(session, (tx) =>
      tx.select().from(signingKeys).orderBy(desc(signingKeys.createdAt)),
    );
  }

  /** The private half is in the vault before anybody can read of the public one. */
  private async make({ onlyFirst = false } = {}): Promise<string> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const id = crypto.randomUUID();
    const about = { kid: id, alg: algorithm, use: "sig" };
    const publicJwk = { ...(await exportJWK(publicKey)), ...about };
    await this.vault.write(session, secretName(id), { ...(await exportJWK(privateKey)), ...about });
    await this.database.transact(session, async (tx) => {
      await tx.execute(sql`SELECT pg_advisory_xact_lock(${lockId})`);
      const [known] = await tx.select({ id: signingKeys.id }).from(signingKeys).limit(1);
      if (!(onlyFirst && known)) await tx.insert(signingKeys).values({ id, publicJwk });
    });
    return id;
  }

  private async readPrivate(id: string): Promise<CryptoKey> {
    const jwk = (await this.vault.read(session, secretName(id))) as JWK | undefined;
    if (!jwk) throw new Error(`the vault has no private half of signing key ${id}`);
    return (await importJWK(jwk, algorithm)) as CryptoKey;
  }
}

function secretName(id: string): string {
  return `signing-key/${id}`;
}
