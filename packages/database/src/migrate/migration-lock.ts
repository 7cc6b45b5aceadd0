import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { DatabaseError } from "../errors.ts";

const lockName = "mycelium migrations";
const waitMsMax = 120_000;

/**
 * Several replicas that start at once take turns. It asks again and again: a statement that waits holds a snapshot,
 * for which CREATE INDEX CONCURRENTLY in the process that has the lock would wait in turn.
 */
export async function withMigrationLock<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + waitMsMax; ; await sleep(50)) {
    const { rows } = await client.query<{ taken: boolean }>(
      "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken",
      [lockName],
    );
    if (rows[0]?.taken) break;
    if (Date.now() > deadline) throw new DatabaseError("MIGRATION_LOCK", `waited ${waitMsMax / 1000} s`);
  }
  try {
    return await work();
  } finally {
    await client.query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", [lockName]).catch(() => {});
  }
}
