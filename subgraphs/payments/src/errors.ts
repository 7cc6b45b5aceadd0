import { defineErrors } from "@mycelium/subgraph-kit";

export const paymentErrors = defineErrors({
  STRIPE_FAILED: { status: 502, message: ({ reason }: { reason: string }) => `Stripe: ${reason}` },
  CARD_DECLINED: { status: 402, message: ({ reason }: { reason: string }) => reason },
  NO_CARD: { status: 409, message: "The guest has no saved card" },
});
