import type { AskedOperation, Asker } from "../rate-limit/asker.ts";
import { limitHeaders, secondsUntil } from "../rate-limit/limit-headers.ts";
import type { RateLimits, Verdict } from "../rate-limit/rate-limits.ts";
import type { RuleNeeds } from "../rate-limit/rule.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { Exchange } from "./exchange.ts";

type Limited = Staged<undefined> | Promise<Staged<undefined>>;

const within: Staged<undefined> = next(undefined);

/**
 * Counts a request against the limits that can judge it by now: by its head and who asks, so that the operation of
 * whoever is refused is never read; then by its operation; then by what that is estimated to cost.
 */
export function limitRate(exchange: Exchange, needs: RuleNeeds, operation?: AskedOperation): Limited {
  const { rateLimits } = exchange.pipeline;
  const check = rateLimits?.check[needs];
  if (!rateLimits || !check) return within;
  const verdict = check(askerOf(exchange, rateLimits, operation));
  if (!(verdict instanceof Promise)) return judge(exchange, verdict);
  const limiting = exchange.observer.stage("rate_limit");
  return verdict.then((judged) => judge(exchange, judged)).finally(() => limiting.end());
}

function askerOf(
  { received, request, caller, peers }: Exchange,
  { findAddress }: RateLimits,
  operation: AskedOperation | undefined,
): Asker {
  const { headers } = request;
  const address = () => findAddress(peers?.requestIP(received)?.address, headers.get("x-forwarded-for"));
  return { headers, caller, address, operation };
}

function judge(exchange: Exchange, { standings, refused }: Verdict): Staged<undefined> {
  if (refused === "uncounted") return answerWith(clientErrors.limitsUnavailable);
  if (standings.length > 0) addHeaders(exchange, limitHeaders(standings));
  if (!refused) return within;
  const retryAfter = String(secondsUntil(refused.returnsInMs));
  return answerWith({ ...clientErrors.limitReached, headers: { "retry-after": retryAfter } });
}

/** Both headers are lists: those of the second count join those of the first. */
function addHeaders(exchange: Exchange, headers: Readonly<Record<string, string>>): void {
  exchange.answerHeaders ??= new Map();
  const { answerHeaders } = exchange;
  for (const [name, value] of Object.entries(headers)) {
    const known = answerHeaders.get(name);
    answerHeaders.set(name, known === undefined ? value : `${known}, ${value}`);
  }
}
