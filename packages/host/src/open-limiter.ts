import {
  createMemoryLimiter,
  type Limiter,
  type LimitRequest,
  type LimitVerdict,
  type Logger,
} from "@mycelium/subgraph-kit";
import { Redis } from "ioredis";
import type { Environment } from "./host.ts";

const timeoutMs = 500;
const complainEveryMs = 60_000;

/**
 * One step for Redis, by Redis' own clock: two counters a key, and the window before counts for as much of it as
 * still overlaps, as the limiter in memory counts. It answers whether one more was allowed, how many are left and
 * how long to wait.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local start = now - now % window
local kept = redis.call('HMGET', KEYS[1], 'start', 'current', 'previous')
local at, current, previous = tonumber(kept[1]), tonumber(kept[2]), tonumber(kept[3])
if not at or start - at > window then
  current, previous = 0, 0
elseif at ~= start then
  current, previous = 0, current
end
local used = previous * (1 - (now - start) / window) + current
if used + 1 > limit then
  local room, finish = limit - 1 - current, start + window
  local wait
  if room >= 0 and previous > 0 then
    wait = finish - room / previous * window - now
  else
    local share = current > 0 and math.min(1, (limit - 1) / current) or 0
    wait = finish + (1 - share) * window - now
  end
  return { 0, 0, math.max(1, math.ceil(wait)) }
end
redis.call('HSET', KEYS[1], 'start', start, 'current', current + 1, 'previous', previous)
redis.call('PEXPIRE', KEYS[1], window * 2)
return { 1, math.floor(limit - used - 1), 0 }
`;

interface Counting extends Redis {
  takeOne(key: string, limit: number, windowMs: number): Promise<[number, number, number]>;
}

export interface OpenLimiter {
  limiter: Limiter;
  close(): Promise<void>;
}

/** In Redis where REDIS_URL names a server, which all processes then share, else in this process's memory. */
export function openLimiter({ environment, log }: { environment: Environment; log: Logger }): OpenLimiter {
  const memory = createMemoryLimiter();
  const url = environment.REDIS_URL;
  if (!url) return { limiter: memory, close: async () => {} };
  const redis = connect(url);
  let complainedAt = Number.NEGATIVE_INFINITY;
  const complain = (error: unknown) => {
    if (performance.now() - complainedAt < complainEveryMs) return;
    complainedAt = performance.now();
    log.warn({ err: error }, "Redis is away: limits are counted by each process for itself");
  };
  redis.on("error", complain);
  const take = async (request: LimitRequest): Promise<LimitVerdict> => {
    const { key, limit, windowMs } = request;
    try {
      const answer = await redis.takeOne(`mycelium:limit:${key}`, limit, windowMs);
      const [allowed, remaining, retryAfterMs] = answer;
      return { allowed: allowed === 1, remaining, retryAfterMs };
    } catch (error) {
      complain(error);
      return memory.take(request);
    }
  };
  return { limiter: { take }, close: async () => redis.disconnect() };
}

function connect(url: string): Counting {
  // The cast holds: ioredis makes a method of each script.
  return new Redis(url, {
    ...{ commandTimeout: timeoutMs, connectTimeout: timeoutMs, maxRetriesPerRequest: 0 },
    ...{ enableOfflineQueue: false, retryStrategy: (attempt) => Math.min(attempt * 100, 2_000) },
    scripts: { takeOne: { lua: script, numberOfKeys: 1 } },
  }) as Counting;
}
