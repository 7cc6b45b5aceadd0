import type { Logger } from "pino";
import type { RateLimitConfig } from "../config/sections/mycelium/rate-limit.ts";
import { RedisPool } from "../redis/redis-pool.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";
import type { Asker } from "./asker.ts";
import { createAddressFinder, type FindClientAddress } from "./client-address.ts";
import type { Counter, Outcome, Standing, Take } from "./counter.ts";
import type { MemoryCounter } from "./memory-counter.ts";
import { RedisCounter } from "./redis-counter.ts";
import { compileRule, type Rule, type RuleNeeds } from "./rule.ts";

/** Keyed limits, as `mycelium.rate_limit` has them. */
export interface RateLimits {
  readonly findAddress: FindClientAddress;
  /** Each rule counts as soon as it can; undefined where no rule does. */
  readonly check: Readonly<Record<RuleNeeds, CheckLimits | undefined>>;
  started(): Promise<void>;
  close(): void;
}

export type CheckLimits = (asker: Asker) => Verdict | Promise<Verdict>;

export interface Verdict {
  /** What the client is told of each rule that counted the request. */
  standings: readonly RuleStanding[];
  refused: RuleStanding | "uncounted" | undefined;
}

export interface RuleStanding {
  rule: string;
  limit: number;
  windowMs: number;
  remaining: number;
  returnsInMs: number;
}

export interface RateLimitSurroundings {
  /** Of the process: counts outlive a reload. */
  memory: MemoryCounter;
  meters: ProcessMeters;
  logger: Logger;
  /** How long requests that began before `close` may still ask. */
  lingerMs: number;
}

const passed: Verdict = { standings: [], refused: undefined };

export function createRateLimits(
  config: RateLimitConfig | undefined,
  surroundings: RateLimitSurroundings,
): RateLimits | undefined {
  if (!config?.enabled) return undefined;
  const { memory, meters, logger, lingerMs } = surroundings;
  memory.keysMax = config.keysMax;
  const pool = config.redis && new RedisPool(config.redis, { kind: "rate_limit", meters, logger, lingerMs });
  const counter: Counter = pool
    ? new RedisCounter({
        pool,
        timeoutMs: config.redis?.timeoutMs ?? 0,
        counted: reportOutages(config, surroundings),
      })
    : reportFullness(memory, surroundings);
  const stopWatching = meters.watchCache("rate limit", "memory", () => ({ entries: memory.size }));
  const rules = config.rules.map(compileRule);
  const checkOf = (needs: RuleNeeds) => {
    const some = rules.filter((rule) => rule.needs === needs);
    return compileCheck(some, counter, { config, meters });
  };
  return {
    findAddress: createAddressFinder(config),
    check: { request: checkOf("request"), operation: checkOf("operation"), cost: checkOf("cost") },
    started: async () => pool?.started(),
    close() {
      stopWatching();
      pool?.close();
    },
  };
}

interface CheckParts {
  config: RateLimitConfig;
  meters: ProcessMeters;
}

function compileCheck(
  rules: readonly Rule[],
  counter: Counter,
  { config: { mode, onRedisFailure }, meters }: CheckParts,
): CheckLimits | undefined {
  if (rules.length === 0) return undefined;
  const isObserving = mode === "observe";
  const judge = (counting: readonly Rule[], takes: readonly Take[], outcome: Outcome): Verdict => {
    if (!outcome) {
      const isRefused = onRedisFailure === "closed" && !isObserving;
      for (const { name } of counting)
        meters.rateLimited(name, isRefused ? "uncounted_refused" : "uncounted");
      return isRefused ? { standings: [], refused: "uncounted" } : passed;
    }
    if (isObserving) {
      for (const [index, { isOver }] of outcome.entries()) {
        meters.rateLimited(counting[index]!.name, isOver ? "observed" : "passed");
      }
      return passed;
    }
    const over = outcome.findIndex(({ isOver }) => isOver);
    if (over < 0) for (const { name } of counting) meters.rateLimited(name, "passed");
    else meters.rateLimited(counting[over]!.name, "refused");
    const standings = outcome.map((standing, index) => standingOf(counting[index]!, takes[index]!, standing));
    return { standings, refused: standings[over] };
  };
  return function checkLimits(asker) {
    const takes: Take[] = [];
    const counting: Rule[] = [];
    for (const rule of rules) {
      const take = rule.takeFor(asker);
      if (!take) continue;
      takes.push(take);
      counting.push(rule);
    }
    if (takes.length === 0) return passed;
    const outcome = isObserving ? takeEach(counter, takes) : counter.take(takes);
    if (outcome instanceof Promise) return outcome.then((counted) => judge(counting, takes, counted));
    return judge(counting, takes, outcome);
  };
}

/** Where nothing is refused, one rule that would have does not keep the others from counting. */
function takeEach(counter: Counter, takes: readonly Take[]): Outcome | Promise<Outcome> {
  const outcomes = takes.map((take) => counter.take([take]));
  const join = (each: readonly Outcome[]): Outcome =>
    each.includes(undefined) ? undefined : each.flatMap((outcome) => outcome ?? []);
  // The cast holds: a counter always answers in the one way or the other.
  return outcomes.some((outcome) => outcome instanceof Promise)
    ? Promise.all(outcomes).then(join)
    : join(outcomes as Outcome[]);
}

function standingOf(
  { name, windowMs }: Rule,
  { limit }: Take,
  { used, returnsInMs }: Standing,
): RuleStanding {
  return { rule: name, limit, windowMs, remaining: Math.max(0, limit - used), returnsInMs };
}

const calmMs = 1_000;

/** One line when counting stops, and one when it goes on. */
function reportOutages(
  { onRedisFailure }: RateLimitConfig,
  { logger }: RateLimitSurroundings,
): (isCounted: boolean) => void {
  let lastFailureMs: number | undefined;
  const meanwhile = onRedisFailure === "open" ? "requests pass uncounted" : "requests are refused";
  return (isCounted) => {
    if (isCounted && lastFailureMs === undefined) return;
    const nowMs = performance.now();
    if (!isCounted) {
      if (lastFailureMs === undefined) logger.error(`rate limits cannot be counted in Redis: ${meanwhile}`);
      lastFailureMs = nowMs;
    } else if (nowMs - lastFailureMs! > calmMs) {
      lastFailureMs = undefined;
      logger.info("rate limits are counted again");
    }
  };
}

function reportFullness(memory: MemoryCounter, { logger }: RateLimitSurroundings): Counter {
  let wasFull = false;
  return {
    take(takes) {
      const outcome = memory.take(takes);
      if (memory.isFull && !wasFull) {
        logger.warn(`rate limits have ${memory.keysMax} keys, the most that they may: new keys share counts`);
      }
      wasFull = memory.isFull;
      return outcome;
    },
  };
}
