import type { ChargedPayment, ClosedOrder } from "../dinner/peers.ts";

/** What the page shows: as it was, whatever becomes of the order later. Nothing of whom it was. */
export interface ReceiptContent {
  restaurant: { name: string };
  order: Omit<ClosedOrder, "guest" | "toastGuid">;
  payment: Pick<ChargedPayment, "id" | "amount" | "currency">;
}
