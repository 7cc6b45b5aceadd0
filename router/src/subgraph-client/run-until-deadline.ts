import { type SubgraphRequest, TIMEOUT_MS_MAX, TransportError } from "./transport.ts";

/**
 * Runs work that may not heed its signal: the answer is settled when the time is up or the caller aborts,
 * whatever the work does then.
 */
export function runUntilDeadline<Result>(
  request: Pick<SubgraphRequest, "timeoutMs" | "signal">,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const cancel = (error: TransportError): void => {
      finish();
      reject(error);
      controller.abort(error);
    };
    const onAbort = (): void =>
      cancel(new TransportError("ABORTED", "nobody waits for the subgraph's answer"));
    const onTimeout = (): void => {
      cancel(new TransportError("TIMED_OUT", `the subgraph did not answer within ${request.timeoutMs} ms`));
    };
    const timer = setTimeout(onTimeout, Math.min(request.timeoutMs, TIMEOUT_MS_MAX));
    const finish = (): void => {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", onAbort);
    };
    if (request.signal?.aborted === true) {
      onAbort();
      return;
    }
    request.signal?.addEventListener("abort", onAbort);
    work(controller.signal).then(resolve, reject).finally(finish);
  });
}
