import { ProviderError } from "@mycelium/outbound";
import { defineErrors } from "@mycelium/subgraph-kit";

export const orderErrors = defineErrors({
  TOAST_FAILED: { status: 502, message: ({ reason }: { reason: string }) => `Toast: ${reason}` },
  ORDER_NOT_OPEN: {
    status: 409,
    message: ({ status }: { status: string }) =>
      `The order is ${status.toLowerCase()} and cannot be changed so`,
  },
});

/** What Toast said may be told to the tenant whose Toast it is. */
export async function throughToast<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw orderErrors.TOAST_FAILED({ reason: error.message, failure: error.failure } as { reason: string });
  }
}
