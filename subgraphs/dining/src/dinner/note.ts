import { eq, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type DinnerRow, dinners } from "../db/tables.ts";

/** Writes down what a step has done, and holds the dinner for the next one. */
export async function note(
  context: Context,
  { id }: DinnerRow,
  done: Partial<DinnerRow>,
): Promise<DinnerRow> {
  const { leaseMs } = context.services;
  const [row] = await context.transact((tx) =>
    tx
      .update(dinners)
      .set({ ...done, runningUntil: sql`now() + make_interval(secs => ${leaseMs / 1_000})` })
      .where(eq(dinners.id, id))
      .returning(),
  );
  if (!row) throw new Error("a dinner is not there any more");
  return row;
}

/** For steps that need what an earlier one has noted. */
export function required<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`a dinner has come here without ${what}`);
  return value;
}
