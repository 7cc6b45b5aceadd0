import { createHash } from "node:crypto";
import { inArray } from "drizzle-orm";
import { RegistryError } from "../caller.ts";
import type { Tx } from "../database.ts";
import { documents } from "../db/tables.ts";

const documentBytesMax = 4_000_000;

export function hashOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

export async function storeDocument(tx: Tx, body: string): Promise<string> {
  if (body.length > documentBytesMax) {
    throw new RegistryError("TOO_LARGE", `A schema may have at most ${documentBytesMax} bytes`);
  }
  const hash = hashOf(body);
  await tx.insert(documents).values({ hash, body }).onConflictDoNothing();
  return hash;
}

export async function readDocuments(tx: Tx, hashes: readonly string[]): Promise<Map<string, string>> {
  if (hashes.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(documents)
    .where(inArray(documents.hash, [...new Set(hashes)]));
  return new Map(rows.map(({ hash, body }) => [hash, body]));
}

export async function readDocument(tx: Tx, hash: string | null): Promise<string | undefined> {
  return hash === null ? undefined : (await readDocuments(tx, [hash])).get(hash);
}
