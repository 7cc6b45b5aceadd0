import { emit } from "@mycelium/events";
import { eq } from "drizzle-orm";
import { dinners } from "../../db/tables.ts";
import { findNotifications } from "../find.ts";
import { required } from "../note.ts";
import type { Step } from "../run.ts";

export const finish: Step = {
  name: "finish",
  isDone: ({ state }) => state === "DONE",
  async run(context, dinner) {
    const sent = await findNotifications(context, dinner.id);
    const errors = sent.flatMap(({ error }) => error ?? []);
    const payload = {
      ...{ orderId: dinner.orderId, paymentId: required(dinner.payment, "a payment").id },
      ...{ errors, points: dinner.points ?? 0 },
    };
    return context.transact(async (tx) => {
      const [done] = await tx
        .update(dinners)
        .set({ state: "DONE", finishedAt: new Date(), runningUntil: null })
        .where(eq(dinners.id, dinner.id))
        .returning();
      await emit(tx, context.caller, {
        type: errors.length === 0 ? "dinner.completed" : "dinner.partially_failed",
        ...{ aggregateId: dinner.id, aggregateType: "Dinner", payload },
      });
      return done ?? dinner;
    });
  },
};
