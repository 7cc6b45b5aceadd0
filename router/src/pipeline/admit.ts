import { type RateLimit, RateLimiter } from "../subgraph-client/rate-limit.ts";
import { type Answer, answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { OverloadGuard } from "./overload-guard.ts";

/** Decides whether the router takes one more request now. What is let in must be let out again. */
export interface Admission {
  enter(bodyBytes: number): Staged<undefined>;
  leave(bodyBytes: number): void;
  readonly active: number;
}

export interface AdmissionLimits {
  globalRateLimit: RateLimit | undefined;
  concurrencyLimit: number | undefined;
}

export function createAdmission(
  { globalRateLimit, concurrencyLimit = Infinity }: AdmissionLimits,
  overload: OverloadGuard,
): Admission {
  const rateLimiter = globalRateLimit && new RateLimiter(globalRateLimit);
  let active = 0;
  return {
    enter(bodyBytes) {
      if (overload.isOverloaded()) return refuse(clientErrors.overloaded);
      if (active >= concurrencyLimit) return refuse(clientErrors.concurrencyLimited);
      if (rateLimiter?.tryTake() === false) return refuse(clientErrors.rateLimited, rateLimiter.opensInMs);
      active++;
      overload.enter(bodyBytes);
      return next(undefined);
    },
    leave(bodyBytes) {
      active--;
      overload.leave(bodyBytes);
    },
    get active() {
      return active;
    },
  };
}

const retryAfterMinMs = 1_000;

function refuse(answer: Answer, opensInMs = 0): Staged<undefined> {
  const seconds = Math.ceil(Math.max(opensInMs, retryAfterMinMs) / 1_000);
  return answerWith({ ...answer, headers: { "retry-after": String(seconds) } });
}
