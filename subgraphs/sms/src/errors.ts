import { defineErrors } from "@mycelium/subgraph-kit";

export const smsErrors = defineErrors({
  SMS_FAILED: {
    status: 502,
    message: ({ reason }: { reason: string; providerCode?: string }) => `Failed to send SMS: ${reason}`,
  },
  SMS_IN_PROGRESS: { status: 409, message: "The message is being sent at present: ask again in a minute" },
  OPTED_OUT: { status: 409, message: "Failed to send SMS: the recipient has asked for no more messages" },
  LOOKUP_FAILED: { status: 502, message: ({ reason }: { reason: string }) => `Phone lookup: ${reason}` },
});
