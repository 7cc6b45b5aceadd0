import { note } from "../note.ts";
import { closeOrder } from "../peers.ts";
import type { Step } from "../run.ts";

export const close: Step = {
  name: "close",
  isDone: ({ closed }) => closed !== null,
  async run(context, dinner) {
    const closed = await closeOrder(context, { id: dinner.orderId, tip: dinner.tip });
    return note(context, dinner, { closed });
  },
  async undo() {
    // An order that cannot be closed is as it was.
  },
};
