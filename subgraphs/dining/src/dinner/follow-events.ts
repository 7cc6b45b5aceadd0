import type { Database } from "@mycelium/database";
import { type DomainEvent, handleOnce, type Subscription } from "@mycelium/events";
import { enqueue } from "@mycelium/jobs";
import { and, eq, inArray } from "drizzle-orm";
import type * as tables from "../db/tables.ts";
import { dinners, notifications, type ReceiptKind } from "../db/tables.ts";
import { dinnerJob } from "./run.ts";

type Db = Database<typeof tables>;

/** How a receipt fared after it was sent, and payments that came through after their dinner had been given up. */
export function followEvents(database: Db): Subscription {
  return {
    group: "dining",
    types: ["sms.status_changed", "email.event", "payment.succeeded"],
    async handle(event) {
      await handleOnce(database, { consumer: "dining", event }, async (tx) => {
        if (event.type === "payment.succeeded") return resume(tx, event as DomainEvent<Paid>);
        const fate = fateOf(event);
        if (!fate) return;
        await tx
          .update(notifications)
          .set({
            status: fate.status,
            updatedAt: new Date(),
            ...(fate.status === "FAILED" && { error: fate.error }),
          })
          .where(and(eq(notifications.dinnerId, fate.dinnerId), eq(notifications.type, fate.kind)));
      });
    },
  };
}

type Tx = Parameters<Parameters<Db["transact"]>[1]>[0];

interface Paid {
  orderId: string | null;
}

/** A guest who has confirmed a payment at the bank: the dinner goes on from there. */
async function resume(tx: Tx, { payload: { orderId } }: DomainEvent<Paid>): Promise<void> {
  if (orderId === null) return;
  const [dinner] = await tx
    .update(dinners)
    .set({ state: "RUNNING", failedStep: null, error: null, finishedAt: null, runningUntil: null })
    .where(
      and(eq(dinners.orderId, orderId), eq(dinners.state, "FAILED"), inArray(dinners.failedStep, ["charge"])),
    )
    .returning();
  if (dinner)
    await enqueue(tx, dinnerJob, { payload: { dinnerId: dinner.id }, key: dinner.id, queue: dinner.id });
}

interface Fate {
  dinnerId: string;
  kind: ReceiptKind;
  status: "DELIVERED" | "FAILED";
  error: string;
}

function fateOf({ type, payload }: DomainEvent): Fate | undefined {
  const { messageId, status, errorCode, kind } = payload as Record<string, string | null>;
  const [, dinnerId, channel] = /^dinner:([0-9a-f-]{36}):(email|sms)$/.exec(messageId ?? "") ?? [];
  if (!dinnerId || !channel) return undefined;
  const told = type === "email.event" ? kind : status?.toLowerCase();
  if (told !== "delivered" && told !== "undelivered" && told !== "failed" && told !== "bounce")
    return undefined;
  return {
    ...{ dinnerId, kind: channel === "sms" ? "SMS" : "EMAIL" },
    status: told === "delivered" ? "DELIVERED" : "FAILED",
    error: errorCode ? `the provider says ${errorCode}` : "it did not arrive",
  };
}
