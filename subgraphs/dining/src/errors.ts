import { defineErrors } from "@mycelium/subgraph-kit";

export const diningErrors = defineErrors({
  SOURCE_UNAVAILABLE: { status: 502, message: ({ reason }: { reason: string }) => reason },
  DINNER_IN_PROGRESS: {
    status: 409,
    message: "The dinner is being completed at present: ask again in a minute",
  },
});
