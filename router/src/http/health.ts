import type { HealthCheckConfig } from "../config/sections/health-check.ts";

/** Whether the router wants more requests. That it lives is shown by its answering at all. */
export interface Health {
  isReady(): boolean;
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
    isReady: () => !draining && performance.now() >= unreadyUntilMs,
    countShed() {
      if (performance.now() >= unreadyUntilMs) shed++;
    },
    startDraining() {
      draining = true;
    },
    close: () => clearInterval(sampling),
  };
}

/** `?ready` asks for readiness; anything else, `?live` too, only whether the router lives. */
export async function answerHealth(
  request: Request,
  isReady: () => boolean | Promise<boolean>,
): Promise<Response> {
  const isUp = !/\?ready/i.test(request.url) || (await isReady());
  return new Response(JSON.stringify({ status: isUp ? "UP" : "DOWN" }), {
    status: isUp ? 200 : 503,
    headers: { "content-type": "application/json" },
  });
}
