import { enqueue } from "@mycelium/jobs";
import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type DinnerRow, dinners, type ReceiptKind } from "../db/tables.ts";
import { diningErrors } from "../errors.ts";
import { reopenReceipts } from "./reopen.ts";
import { type DinnerJob, dinnerJob, runDinner } from "./run.ts";

const waitMsMax = 25_000;
const lookEveryMs = 100;

const completeInput = z.object({
  orderId: z.string().min(1).max(100),
  tip: z.number().min(0).max(100_000).nullish(),
  sendReceipt: z.boolean().nullish(),
  receiptMethod: z.enum(["EMAIL", "SMS", "BOTH"]).nullish(),
});

type Input = z.infer<typeof completeInput>;

/**
 * Begins the dinner's end, or joins one that has begun, and answers when it has come to an end. The request does the
 * work; a job that is written down with it goes on if the process dies.
 */
export async function completeDinner(context: Context, input: unknown): Promise<DinnerRow> {
  authorize(context, "STAFF");
  const wanted = parseInput(completeInput, input);
  const { id } = await begin(context, wanted);
  const deadlineMs = Date.now() + waitMsMax;
  for (;;) {
    const dinner = await runDinner(context, id);
    if (dinner) return dinner;
    if (Date.now() > deadlineMs || context.signal.aborted) throw diningErrors.DINNER_IN_PROGRESS();
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** What was asked first holds: a second call with another tip changes nothing that was charged. */
function begin(context: Context, { orderId, tip, ...receipt }: Input): Promise<DinnerRow> {
  return context.transact(async (tx) => {
    const [made] = await tx
      .insert(dinners)
      .values({ orderId, tip: tip ?? null, receipts: receiptsOf(receipt) })
      .onConflictDoNothing()
      .returning();
    const [known] = made
      ? [made]
      : await tx.select().from(dinners).where(eq(dinners.orderId, orderId)).for("update");
    if (!known) throw new Error("a dinner is neither new nor there");
    const dinner = made ?? (await reopen(tx, known, { tip }));
    if (dinner.state === "RUNNING") await addJob(tx, context, dinner);
    return dinner;
  });

  function addJob(tx: Tx, { services }: Context, dinner: DinnerRow): Promise<string> {
    const payload: DinnerJob = { dinnerId: dinner.id };
    const runAt = new Date(Date.now() + services.leaseMs);
    return enqueue(tx, dinnerJob, { payload, runAt, key: dinner.id, queue: dinner.id });
  }
}

type Tx = Parameters<Parameters<Context["transact"]>[0]>[0];

/** A failed dinner is tried anew, with the tip as it is asked for now; of one that is done, only receipts that failed. */
async function reopen(
  tx: Tx,
  dinner: DinnerRow,
  { tip }: { tip: number | null | undefined },
): Promise<DinnerRow> {
  if (dinner.state === "RUNNING") return dinner;
  if (dinner.state === "DONE") return reopenReceipts(tx, dinner);
  const [again] = await tx
    .update(dinners)
    .set({
      ...{ state: "RUNNING", closed: null, failedStep: null, error: null, finishedAt: null },
      ...(tip != null && { tip }),
      runningUntil: sql`NULL`,
    })
    .where(eq(dinners.id, dinner.id))
    .returning();
  return again ?? dinner;
}

function receiptsOf({
  sendReceipt,
  receiptMethod,
}: Pick<Input, "sendReceipt" | "receiptMethod">): ReceiptKind[] {
  if (sendReceipt === false) return [];
  return receiptMethod === "BOTH" ? ["EMAIL", "SMS"] : [receiptMethod ?? "EMAIL"];
}
