import { defineErrors } from "@mycelium/subgraph-kit";

export const paymentErrors = defineErrors({
  CONNECTOR_NOT_CONFIGURED: {
    status: 409,
    message: ({ connector }: { connector: string }) => `The tenant has no credentials for ${connector}`,
  },
  STRIPE_FAILED: { status: 502, message: ({ reason }: { reason: string }) => `Stripe: ${reason}` },
  CARD_DECLINED: { status: 402, message: ({ reason }: { reason: string }) => reason },
  NO_CARD: { status: 409, message: "The guest has no saved card" },
  BAD_SIGNATURE: { status: 401, message: "The signature is missing, wrong or too old" },
});
