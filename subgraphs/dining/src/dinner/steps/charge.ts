import { PeerError } from "@mycelium/peers";
import { note, required } from "../note.ts";
import { chargeOrder, releaseOrder } from "../peers.ts";
import type { Step } from "../run.ts";

export const charge: Step = {
  name: "charge",
  isDone: ({ payment }) => payment !== null,
  async run(context, dinner) {
    const order = required(dinner.closed, "an order");
    if (!order.guest?.email)
      throw new PeerError("payments", "NO_CARD", "The order has no guest with a saved card");
    const payment = await chargeOrder(context, order);
    if (payment.status !== "SUCCEEDED") {
      throw new PeerError(
        "payments",
        payment.status,
        `The payment is ${payment.status} and waits for the guest`,
      );
    }
    return note(context, dinner, { payment });
  },
  /** The tip comes off and the order stays closed and unpaid: another card may pay it. */
  undo: (context, { orderId }) => releaseOrder(context, orderId),
};
