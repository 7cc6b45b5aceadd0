import { note, required } from "../note.ts";
import { recordPayment } from "../peers.ts";
import type { Step } from "../run.ts";

/** The guest has paid: whatever the till says to that, nothing is undone, and it is told until it has heard. */
export const record: Step = {
  name: "record",
  isDone: ({ recordedAt }) => recordedAt !== null,
  async run(context, dinner) {
    const { id: paymentId } = required(dinner.payment, "a payment");
    await recordPayment(context, { id: dinner.orderId, paymentId });
    return note(context, dinner, { recordedAt: new Date(), failedStep: null, error: null });
  },
};
