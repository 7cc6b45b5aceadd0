import { randomInt } from "node:crypto";
import pg from "pg";

export interface LivePools {
  /** Says that a pool of workers belongs to this process. */
  add(poolId: string): Promise<void>;
  /** Frees the jobs of pools whose process has died, and answers of how many. */
  freeAbandoned(): Promise<number>;
  close(): Promise<void>;
}

/**
 * A process holds an advisory lock for as long as it lives, and Postgres lets go of it the moment its connection
 * breaks. graphile-worker alone would wait four hours before it gives a killed process's jobs to another.
 */
export async function registerProcess(connectionString: string): Promise<LivePools> {
  const lockKey = randomInt(1, 2 ** 47);
  const client = new pg.Client({ connectionString });
  client.on("error", () => {});
  await client.connect();
  await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
  return {
    async add(poolId) {
      await client.query("INSERT INTO jobs.pools VALUES ($1, $2)", [poolId, lockKey]);
    },
    async freeAbandoned() {
      const { rows } = await client.query<{ pool: string }>(`
        WITH held AS (
          SELECT (classid::bigint << 32) | objid::bigint AS lock_key FROM pg_locks
          WHERE locktype = 'advisory' AND granted
        ), dead AS (
          DELETE FROM jobs.pools WHERE lock_key NOT IN (SELECT lock_key FROM held) RETURNING pool_id
        )
        SELECT DISTINCT locked_by AS pool FROM jobs.jobs
        WHERE locked_by IN (SELECT pool_id FROM dead)
          OR (locked_by NOT IN (SELECT pool_id FROM jobs.pools) AND locked_at < now() - interval '1 minute')`);
      if (rows.length === 0) return 0;
      await client.query("SELECT jobs.force_unlock_workers($1)", [rows.map(({ pool }) => pool)]);
      return rows.length;
    },
    close: () => client.end(),
  };
}
