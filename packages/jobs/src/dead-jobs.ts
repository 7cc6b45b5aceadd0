import type pg from "pg";
import type { DeadJob } from "./job.ts";

export interface DeadJobs {
  /** Those that have failed as often as they may, the newest first. They stay until they are revived or dropped. */
  dead(limit?: number): Promise<DeadJob[]>;
  /** Lets dead jobs try again from where they broke off. */
  revive(ids: readonly string[]): Promise<number>;
  drop(ids: readonly string[]): Promise<number>;
}

export function deadJobs(pool: pg.Pool): DeadJobs {
  const countRows = async (sql: string, ids: readonly string[]) =>
    (await pool.query(sql, [ids])).rowCount ?? 0;
  return {
    async dead(limit = 100) {
      const { rows } = await pool.query<DeadJob>(
        `SELECT id, task_identifier AS task, attempts, last_error AS error, created_at AS "createdAt"
         FROM jobs.jobs WHERE attempts >= max_attempts AND locked_at IS NULL ORDER BY id DESC LIMIT $1`,
        [limit],
      );
      return rows;
    },
    revive: (ids) => countRows("SELECT jobs.reschedule_jobs($1::bigint[], now(), NULL, 0)", ids),
    drop: (ids) => countRows("SELECT jobs.complete_jobs($1::bigint[])", ids),
  };
}
