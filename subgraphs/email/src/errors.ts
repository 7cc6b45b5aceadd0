import { defineErrors } from "@mycelium/subgraph-kit";

export const emailErrors = defineErrors({
  EMAIL_FAILED: {
    status: 502,
    message: ({ reason }: { reason: string; failure?: string }) => `Failed to send e-mail: ${reason}`,
  },
  EMAIL_IN_PROGRESS: { status: 409, message: "The e-mail is being sent at present: ask again in a minute" },
});
