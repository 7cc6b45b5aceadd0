import { type RateLimit, RateLimiter } from "../subgraph-client/rate-limit.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";

/** Decides whether the router takes one more request now. What is let in must be let out again. */
export interface Admission {
  enter(): Staged<undefined>;
  leave(): void;
  readonly active: number;
}

export interface AdmissionLimits {
  globalRateLimit: RateLimit | undefined;
  concurrencyLimit: number | undefined;
}

export function createAdmission({
  globalRateLimit,
  concurrencyLimit = Infinity,
}: AdmissionLimits): Admission {
  const rateLimiter = globalRateLimit && new RateLimiter(globalRateLimit);
  let active = 0;
  return {
    enter() {
      if (active >= concurrencyLimit) return answerWith(clientErrors.concurrencyLimited);
      if (rateLimiter?.tryTake() === false) return answerWith(clientErrors.rateLimited);
      active++;
      return next(undefined);
    },
    leave() {
      active--;
    },
    get active() {
      return active;
    },
  };
}
