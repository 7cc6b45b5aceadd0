import type { HealthCheckConfig } from "../config/sections/health-check.ts";

/** Whether the router lives, and whether it wants more requests. */
export interface Health {
  answer(request: Request): Response;
  /** One more request was shed: too many in one interval and the router asks for a pause. */
  countShed(): void;
  /** From now on the router says that it wants no more. */
  startDraining(): void;
  close(): void;
}

export function createHealth({ readiness }: HealthCheckConfig): Health {
  let shed = 0;
  let draining = false;
  let unreadyUntilMs = 0;
  const sampling = setInterval(() => {
    if (shed > readiness.allowed) unreadyUntilMs = performance.now() + readiness.intervalUnreadyMs;
    shed = 0;
  }, readiness.intervalSamplingMs);
  sampling.unref();

  return {
    answer(request) {
      const asksReady = /\?ready/i.test(request.url);
      const isReady = !draining && performance.now() >= unreadyUntilMs;
      const isUp = !asksReady || isReady;
      return new Response(JSON.stringify({ status: isUp ? "UP" : "DOWN" }), {
        status: isUp ? 200 : 503,
        headers: { "content-type": "application/json" },
      });
    },
    countShed() {
      if (performance.now() >= unreadyUntilMs) shed++;
    },
    startDraining() {
      draining = true;
    },
    close: () => clearInterval(sampling),
  };
}
