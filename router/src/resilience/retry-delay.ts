import type { RetryConfig } from "../config/sections/mycelium/resilience.ts";
import { TransportError } from "../subgraph-client/transport.ts";
import type { Attempt } from "./judge-attempt.ts";

/** Full jitter: anything from nothing to the doubled wait, so that callers who failed together do not return so. */
export function retryDelayMs(
  retries: number,
  { backoffBaseMs, backoffMaxMs }: Pick<RetryConfig, "backoffBaseMs" | "backoffMaxMs">,
  random: () => number,
): number {
  return random() * Math.min(backoffMaxMs, backoffBaseMs * 2 ** retries);
}

/** What the subgraph itself asks for. */
export function askedDelayMs(attempt: Attempt): number {
  if (attempt.kind === "failed") return 0;
  const seconds = attempt.response.header("retry-after") ?? "";
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1_000 : 0;
}

export function sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new TransportError("ABORTED", "nobody waits for the subgraph's answer"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
