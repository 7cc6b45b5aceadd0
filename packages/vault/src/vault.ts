import type { Database, TenantSession, Transaction } from "@mycelium/database";
import { and, desc, eq, ne, sql } from "drizzle-orm";
import { type Envelope, openEnvelope, rewrapEnvelope, sealEnvelope } from "./envelope.ts";
import { VaultError } from "./errors.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import * as tables from "./tables.ts";

const { accessLog, secrets } = tables;

export const vaultSchema = "vault";
export const vaultTables = tables;

/** For whom a secret is read, and which subgraph reads it. */
export interface VaultSession extends TenantSession {
  reader: string;
}

export interface AccessRow {
  name: string;
  action: string;
  reader: string;
  userId: string | null;
  requestId: string | null;
  happenedAt: Date;
}

export interface Vault {
  /** Undefined when the tenant has none of this name. Every read leaves a row in the access log. */
  read(session: VaultSession, name: string): Promise<unknown>;
  /** Answers the secret's version: 1, then one more each time. */
  write(session: VaultSession, name: string, value: unknown): Promise<number>;
  delete(session: VaultSession, name: string): Promise<boolean>;
  /** What the tenant has, without what it says. */
  list(session: VaultSession): Promise<{ name: string; version: number; updatedAt: Date }[]>;
  /** Tenants that have a secret of this name. The system asks, and leaves a row that says what for. */
  holders(name: string, reason: string): Promise<string[]>;
  /** The newest first. */
  accesses(session: VaultSession, limit?: number): Promise<AccessRow[]>;
  /** Wraps all tenants' secrets that are under an older key anew, and answers how many. Can be repeated. */
  rotate(reason: string): Promise<number>;
}

type Tx = Transaction<typeof tables>;

const rotateBatch = 100;

export function createVault({
  database,
  wrapper,
}: {
  database: Database<typeof tables>;
  wrapper: KeyWrapper;
}): Vault {
  return {
    async read(session, name) {
      const [row] = await database.transact(session, async (tx) => {
        const rows = await tx.select().from(secrets).where(eq(secrets.name, name));
        await log(tx, session, { name, action: "read" });
        return rows;
      });
      if (!row) return undefined;
      try {
        return await openEnvelope(wrapper, row, contextOf(session.tenantId, name));
      } catch (error) {
        await database.transact(session, (tx) => log(tx, session, { name, action: "denied" }));
        throw error;
      }
    },

    async write(session, name, value) {
      const envelope = await sealEnvelope(wrapper, value, contextOf(session.tenantId, name));
      return database.transact(session, async (tx) => {
        const [row] = await tx
          .insert(secrets)
          .values({ name, ...envelope })
          .onConflictDoUpdate({
            target: [secrets.tenantId, secrets.name],
            set: { ...envelope, version: sql`${secrets.version} + 1`, updatedAt: sql`now()` },
          })
          .returning({ version: secrets.version });
        await log(tx, session, { name, action: "write" });
        return row?.version ?? 1;
      });
    },

    delete: (session, name) =>
      database.transact(session, async (tx) => {
        const removed = await tx
          .delete(secrets)
          .where(eq(secrets.name, name))
          .returning({ name: secrets.name });
        await log(tx, session, { name, action: "delete" });
        return removed.length > 0;
      }),

    list: (session) =>
      database.read(session, (tx) =>
        tx
          .select({ name: secrets.name, version: secrets.version, updatedAt: secrets.updatedAt })
          .from(secrets),
      ),

    async holders(name, reason) {
      const rows = await database.asSystem({ reason }, (tx) =>
        tx.select({ tenantId: secrets.tenantId }).from(secrets).where(eq(secrets.name, name)),
      );
      return rows.map(({ tenantId }) => tenantId);
    },

    accesses: (session, limit = 100) =>
      database.read(session, (tx) => tx.select().from(accessLog).orderBy(desc(accessLog.id)).limit(limit)),

    async rotate(reason) {
      const current = await wrapper.currentKeyId();
      for (let rewrapped = 0; ; ) {
        const count = await rewrapSome(current, reason);
        rewrapped += count;
        if (count < rotateBatch) return rewrapped;
      }
    },
  };

  /** Wraps outside the transaction, since the key service may be far; a secret that was written meanwhile is left. */
  async function rewrapSome(current: string, reason: string): Promise<number> {
    const rows = await database.asSystem({ reason }, (tx) =>
      tx.select().from(secrets).where(ne(secrets.keyId, current)).limit(rotateBatch),
    );
    for (const row of rows) {
      const envelope = await rewrapEnvelope(wrapper, row, contextOf(row.tenantId, row.name));
      await database.asSystem({ reason }, (tx) => replace(tx, row, envelope));
    }
    return rows.length;
  }

  async function replace(tx: Tx, row: typeof secrets.$inferSelect, envelope: Envelope): Promise<void> {
    const { tenantId, name, version } = row;
    const same = and(eq(secrets.tenantId, tenantId), eq(secrets.name, name), eq(secrets.version, version));
    await tx.update(secrets).set(envelope).where(same);
    await tx.insert(accessLog).values({ tenantId, name, action: "rewrap", reader: "rotation" });
  }
}

export function requireSecret<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new VaultError("NO_SECRET", name);
  return value;
}

/** As JSON, so that no tenant's name can pass for another's with a part of the secret's. */
function contextOf(tenantId: string, name: string): string {
  return JSON.stringify([tenantId, name]);
}

async function log(
  tx: Tx,
  { reader, userId, requestId }: VaultSession,
  { name, action }: { name: string; action: "read" | "write" | "delete" | "denied" },
): Promise<void> {
  await tx
    .insert(accessLog)
    .values({ name, action, reader, userId: userId ?? null, requestId: requestId ?? null });
}
