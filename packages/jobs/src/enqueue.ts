import type { Tables, Transaction } from "@mycelium/database";
import { sql } from "drizzle-orm";
import { defaultAttemptsMax, type JobDefinition, type NewJob, payloadBytesMax } from "./job.ts";

/** Adds a job in the transaction of what it follows from: both are there, or neither. Answers the job's id. */
export async function enqueue<T extends Tables, Payload>(
  tx: Transaction<T>,
  { name }: Pick<JobDefinition<Payload>, "name">,
  { payload, runAt, attemptsMax = defaultAttemptsMax, key, queue }: NewJob<Payload>,
): Promise<string> {
  const text = JSON.stringify(payload);
  if (text.length > payloadBytesMax)
    throw new Error(`the payload of ${name} has more than ${payloadBytesMax} bytes`);
  const when = runAt?.toISOString() ?? null;
  const { rows } = await tx.execute<{ id: string }>(
    sql`SELECT jobs.enqueue(${name}, ${text}::jsonb, ${when}::timestamptz, ${attemptsMax}::int, ${key ?? null}, ${queue ?? null})
      AS id`,
  );
  return String(rows[0]?.id);
}
