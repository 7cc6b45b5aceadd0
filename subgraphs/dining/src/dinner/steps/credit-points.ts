import { creditOnce } from "../../loyalty/credit.ts";
import { guestKeyOf } from "../../loyalty/guest-key.ts";
import { note, required } from "../note.ts";
import type { Step } from "../run.ts";

export const creditPoints: Step = {
  name: "points",
  isDone: ({ points }) => points !== null,
  async run(context, dinner) {
    const { guest, total } = required(dinner.closed, "an order");
    const points = guest ? Math.floor(total) : 0;
    if (guest) await creditOnce(context, { orderId: dinner.orderId, guestKey: guestKeyOf(guest), points });
    return note(context, dinner, { points });
  },
};
