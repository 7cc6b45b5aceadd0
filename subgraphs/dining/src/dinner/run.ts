import { PeerError } from "@mycelium/peers";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type DinnerRow, dinners } from "../db/tables.ts";
import { charge } from "./steps/charge.ts";
import { close } from "./steps/close.ts";
import { creditPoints } from "./steps/credit-points.ts";
import { finish } from "./steps/finish.ts";
import { record } from "./steps/record.ts";
import { sendReceipts } from "./steps/send-receipts.ts";

export const dinnerJob = { name: "dining.complete_dinner" };

export interface DinnerJob {
  dinnerId: string;
}

/** Each does one thing that may be repeated, and notes it before the next begins. */
export interface Step {
  name: string;
  isDone(dinner: DinnerRow): boolean;
  /** Answers the dinner as it is noted. A refusal of another subgraph ends the dinner, if it has to. */
  run(context: Context, dinner: DinnerRow): Promise<DinnerRow>;
  /** Undoes what the steps before it did, for a refusal. Without it a refusal is tried again later. */
  undo?(context: Context, dinner: DinnerRow): Promise<void>;
}

const steps: readonly Step[] = [close, charge, record, sendReceipts, creditPoints, finish];

/** Goes on with a dinner to its end. Undefined where another does so at present. */
export async function runDinner(context: Context, id: string): Promise<DinnerRow | undefined> {
  let dinner = await take(context, id);
  if (dinner === undefined || dinner.state !== "RUNNING") return dinner;
  for (const step of steps) {
    if (step.isDone(dinner)) continue;
    try {
      dinner = await step.run(context, dinner);
    } catch (error) {
      return stop(context, { step, dinner, error });
    }
  }
  return dinner;
}

/** Takes the lease; a dinner that is over needs none. */
function take(context: Context, id: string): Promise<DinnerRow | undefined> {
  const { leaseMs } = context.services;
  return context.transact(async (tx) => {
    const isFree = or(isNull(dinners.runningUntil), lt(dinners.runningUntil, sql`now()`));
    const [taken] = await tx
      .update(dinners)
      .set({ runningUntil: sql`now() + make_interval(secs => ${leaseMs / 1_000})` })
      .where(and(eq(dinners.id, id), eq(dinners.state, "RUNNING"), isFree))
      .returning();
    if (taken) return taken;
    const [known] = await tx.select().from(dinners).where(eq(dinners.id, id));
    return known && known.state !== "RUNNING" ? known : undefined;
  });
}

/** What was refused is undone and the dinner has failed; after an outage its job goes on from here. */
async function stop(
  context: Context,
  { step, dinner, error }: { step: Step; dinner: DinnerRow; error: unknown },
): Promise<DinnerRow> {
  if (!(error instanceof PeerError)) throw error;
  context.log.warn({ orderId: dinner.orderId, step: step.name, code: error.code }, "a dinner is held up");
  const isOver = step.undo !== undefined && !error.isOutage;
  if (isOver) await step.undo?.(context, dinner);
  const [noted] = await context.transact((tx) =>
    tx
      .update(dinners)
      .set({
        ...{ failedStep: step.name, error: error.message, runningUntil: null },
        ...(isOver && { state: "FAILED" as const, finishedAt: new Date() }),
      })
      .where(eq(dinners.id, dinner.id))
      .returning(),
  );
  return noted ?? dinner;
}
