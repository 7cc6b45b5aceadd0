import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { isOutage, ProviderError } from "./provider-error.ts";

export interface OutboundOptions {
  provider: string;
  timeoutMs?: number;
  /** For what may be asked twice. */
  attemptsMax?: number;
  /** So many failures in a row open a tenant's circuit. */
  failuresMax?: number;
  /** How long it stays open before one call tries again. */
  openMs?: number;
  onCall?: (tenantId: string, success: boolean) => void;
  onStateChange?: (tenantId: string, state: "closed" | "open" | "half-open") => void;
}

export interface CallOptions {
  tenantId: string;
  /** Whether asking twice does no harm: reads, and writes with an idempotency key. */
  isRepeatable: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * The way to an outside service: a time-out that stops the call, retries of what may be asked twice, and a circuit
 * for each tenant, since tenants have accounts and restaurants of their own that fail on their own.
 */
export interface Outbound {
  call<T>(options: CallOptions, act: (signal: AbortSignal) => Promise<T>): Promise<T>;
  stateOf(tenantId: string): "closed" | "open" | "half-open";
}

const circuitsMax = 10_000;
const firstDelayMs = 100;
const delayMsMax = 2_000;

interface Circuit {
  breaker: CircuitBreakerPolicy;
  once: IPolicy;
  repeated: IPolicy;
}

export function createOutbound(options: OutboundOptions): Outbound {
  const { provider, timeoutMs = 5_000, attemptsMax = 3, failuresMax = 5, openMs = 30_000 } = options;
  const circuits = new Map<string, Circuit>();
  const outages = handleWhen(isOutage);

  function circuitOf(tenantId: string): Circuit {
    const known = circuits.get(tenantId);
    if (known) return known;
    const breaker = circuitBreaker(outages, {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(failuresMax),
    });
    breaker.onStateChange((state) => options.onStateChange?.(tenantId, nameOf(state)));
    const once = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
    const repeating = retry(handleWhen(isWorthRepeating), {
      maxAttempts: attemptsMax - 1,
      backoff: new ExponentialBackoff({ initialDelay: firstDelayMs, maxDelay: delayMsMax }),
    });
    const circuit = { breaker, once, repeated: wrap(repeating, once) };
    circuits.set(tenantId, circuit);
    // The oldest goes first: what it knew is found out anew after a few calls.
    if (circuits.size > circuitsMax) circuits.delete(circuits.keys().next().value!);
    return circuit;
  }

  return {
    async call({ tenantId, isRepeatable, signal }, act) {
      const { once, repeated } = circuitOf(tenantId);
      try {
        const result = await (isRepeatable ? repeated : once).execute(
          (context) => act(context.signal),
          signal,
        );
        options.onCall?.(tenantId, true);
        return result;
      } catch (error) {
        options.onCall?.(tenantId, false);
        throw explain(provider, error);
      }
    },
    stateOf: (tenantId) => nameOf(circuits.get(tenantId)?.breaker.state ?? CircuitState.Closed),
  };
}

function isWorthRepeating(error: unknown): boolean {
  if (error instanceof BrokenCircuitError) return false;
  return isOutage(error) || (error instanceof ProviderError && error.failure === "RATE_LIMITED");
}

function explain(provider: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof BrokenCircuitError) {
    return new ProviderError(
      provider,
      "CIRCUIT_OPEN",
      `${provider} fails at present and is left alone for a while`,
    );
  }
  if (error instanceof TaskCancelledError || (error as Error)?.name === "AbortError") {
    return new ProviderError(provider, "TIMED_OUT", `${provider} did not answer in time`, { cause: error });
  }
  return new ProviderError(provider, "UNAVAILABLE", `${provider} cannot be reached`, { cause: error });
}

function nameOf(state: CircuitState): "closed" | "open" | "half-open" {
  if (state === CircuitState.Closed) return "closed";
  return state === CircuitState.HalfOpen ? "half-open" : "open";
}
