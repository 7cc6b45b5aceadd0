import { list, map, object, section } from "../../schema/compound.ts";
import { boolean, duration, integer, number } from "../../schema/scalar.ts";
import type { Infer } from "../../schema/schema.ts";

const enabled = boolean().default(true);

const circuitBreaker = object({
  enabled,
  window: positiveDuration().default("10s").describe("How far back calls are counted."),
  minimum_requests: integer({ min: 1 }).default(20).describe("Fewer calls than this prove nothing."),
  failure_rate: share()
    .default(0.5)
    .describe("Of calls that failed, from 0 to 1, at which the circuit opens."),
  slow_call_duration: positiveDuration().optional().describe("From when on a call is slow."),
  slow_call_rate: share().default(0.9).describe("Of calls that were slow, at which the circuit opens."),
  open_duration: positiveDuration().default("5s").describe("How long the subgraph is left alone."),
  jitter: numberFrom0(1).default(0.2).describe("The random part by which that may be longer."),
  half_open_probes: integer({ min: 1, max: 1_000 })
    .default(3)
    .describe("Trial calls that have to succeed before the circuit closes; no more are under way at once."),
});

const retry = object({
  enabled,
  attempts: integer({ min: 1, max: 10 }).default(2).describe("At most, after the first."),
  statuses: list(integer({ min: 400, max: 599 }))
    .default([502, 503, 504])
    .describe("HTTP answers that are worth another attempt."),
  attempt_timeout: positiveDuration()
    .optional()
    .describe("For one attempt. Without it one attempt may take the subgraph's whole timeout."),
  backoff_base: duration()
    .default("25ms")
    .describe("Doubles with each attempt; the wait is a random part of it."),
  backoff_max: duration().default("1s"),
  budget_ratio: numberFrom0(10)
    .default(0.2)
    .describe("Retries for each request to the subgraph, over the last 10 seconds."),
  budget_minimum_per_second: integer()
    .default(1)
    .describe("Retries that are allowed however few requests there are."),
});

const adaptive = object({
  min: integer({ min: 1 }).default(5),
  max: integer({ min: 1 }).default(1_000),
  backoff_ratio: share().default(0.9).describe("What is left of the limit after congestion."),
  congestion_duration: positiveDuration()
    .optional()
    .describe("A call that takes longer is a sign of congestion, as timeouts, 429 and 503 are."),
});

const concurrency = object({
  enabled,
  limit: integer({ min: 1 })
    .default(100)
    .describe("Calls under way at once; where it adapts, the first value."),
  adaptive: adaptive.optional().describe("Moves the limit to what the subgraph can bear."),
  queue: integer().default(100).describe("Calls that may wait for their turn."),
  queue_timeout: duration().default("1s").describe("How long one waits."),
}).check(({ limit, adaptive: bounds }, report) => {
  if (bounds && bounds.min > bounds.max) report(["adaptive", "min"], "is more than max");
  else if (bounds && (limit < bounds.min || limit > bounds.max)) {
    report(["limit"], "must be from adaptive.min to adaptive.max");
  }
});

const perSubgraph = section({
  circuit_breaker: circuitBreaker.optional().describe("Leaves a subgraph alone that fails too often."),
  retry: retry.optional().describe("Asks again what is safe to ask again: queries and entities."),
  concurrency: concurrency.optional().describe("How many calls a subgraph gets at once."),
});

export const resilienceSection = object({
  all: perSubgraph.describe("For every subgraph."),
  subgraphs: map(perSubgraph).default({}).describe("For one subgraph; what it leaves out comes from all."),
})
  .omittable()
  .describe("How the router deals with subgraphs that are slow, overloaded or gone.");

export type ResilienceConfig = NonNullable<Infer<typeof resilienceSection>>;
export type BreakerConfig = Infer<typeof circuitBreaker>;
export type RetryConfig = Infer<typeof retry>;
export type ConcurrencyConfig = Infer<typeof concurrency>;

export interface SubgraphResilience {
  breaker: BreakerConfig | undefined;
  retry: RetryConfig | undefined;
  concurrency: ConcurrencyConfig | undefined;
}

/** What holds for one subgraph. */
export function resilienceFor({ all, subgraphs }: ResilienceConfig, name: string): SubgraphResilience {
  const own = Object.hasOwn(subgraphs, name) ? subgraphs[name] : undefined;
  return {
    breaker: ifEnabled(own?.circuitBreaker ?? all.circuitBreaker),
    retry: ifEnabled(own?.retry ?? all.retry),
    concurrency: ifEnabled(own?.concurrency ?? all.concurrency),
  };
}

function ifEnabled<Part extends { enabled: boolean }>(part: Part | undefined): Part | undefined {
  return part?.enabled === true ? part : undefined;
}

function share() {
  return number().check((value, report) => {
    if (value <= 0 || value > 1) report([], "must be more than 0 and at most 1");
  });
}

function numberFrom0(max: number) {
  return number().check((value, report) => {
    if (value < 0 || value > max) report([], `must be from 0 to ${max}`);
  });
}

function positiveDuration() {
  return duration().check((durationMs, report) => {
    if (durationMs <= 0) report([], "must be longer than no time");
  });
}
