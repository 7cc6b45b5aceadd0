import type { Redis } from "ioredis";
import { describeError, pauseAfter, type ResolvedBusOptions, type Subscription } from "../bus.ts";
import { type Loop, startLoop } from "../loop.ts";
import { type Entry, type RawEntry, readEntry } from "./entry.ts";
import type { BusKeys } from "./keys.ts";

export interface ConsumerOptions {
  /** For short commands, shared. */
  redis: Redis;
  /** This consumer's own, on which it waits for entries. */
  connection: Redis;
  keys: BusKeys;
  subscription: Required<Subscription>;
  options: ResolvedBusOptions;
  deadMax: number;
  ensureGroups(): Promise<void>;
}

/** Takes what has come, what is due again, and what a consumer that died has left lying. */
export function startConsumer(parts: ConsumerOptions): Loop {
  const { connection, subscription, options } = parts;
  const { group } = subscription;
  const consumer = crypto.randomUUID();
  let closed = false;
  const loop = startLoop({
    // The read itself waits.
    pauseMs: 0,
    onError: (error) => options.onError(error, { group }),
    async turn() {
      try {
        await moveDue(parts);
        const abandoned = await claimAbandoned(parts, consumer);
        const entries = abandoned.length > 0 ? abandoned : await readNew(parts, consumer);
        await Promise.all(entries.map((entry) => handle(parts, entry)));
      } catch (error) {
        if (!closed) await recover(parts, error);
      }
    },
    async close() {
      for (const stream of [parts.keys.events, parts.keys.again(group)]) {
        await forgetConsumer(parts, stream, consumer).catch(() => {});
      }
      connection.disconnect();
    },
  });
  const close = () => {
    closed = true;
    return loop.close();
  };
  return { ...loop, close, [Symbol.asyncDispose]: close };
}

/** A server that was emptied has lost the groups; one that is away is asked again after a pause. */
async function recover({ ensureGroups, options }: ConsumerOptions, error: unknown): Promise<void> {
  if (String(error).includes("NOGROUP")) return ensureGroups();
  await new Promise((resolve) => setTimeout(resolve, options.pollMs));
  throw error;
}

async function readNew(parts: ConsumerOptions, consumer: string): Promise<Entry[]> {
  const { connection, keys, subscription, options } = parts;
  const { group, concurrency } = subscription;
  const streams = [keys.events, keys.again(group)];
  const answer = (await connection.xreadgroup(
    ...(["GROUP", group, consumer, "COUNT", concurrency, "BLOCK", options.pollMs] as const),
    ...(["STREAMS", ...streams, ">", ">"] as const),
  )) as [string, RawEntry[]][] | null;
  return (answer ?? []).flatMap(([stream, entries]) =>
    entries.flatMap((raw) => readEntry(stream, raw) ?? []),
  );
}

/** One that still has entries stays, since they would go with it: another consumer claims them first. */
async function forgetConsumer(parts: ConsumerOptions, stream: string, consumer: string): Promise<void> {
  const { redis, subscription } = parts;
  const pending = await redis.xpending(stream, subscription.group, "-", "+", 1, consumer);
  if (pending.length === 0) await redis.xgroup("DELCONSUMER", stream, subscription.group, consumer);
}

/** Each delivery counts as an attempt, so that an event that kills its process ends as a dead letter too. */
async function claimAbandoned(parts: ConsumerOptions, consumer: string): Promise<Entry[]> {
  const { redis, keys, subscription, options } = parts;
  const { group, concurrency } = subscription;
  const claimed: Entry[] = [];
  for (const stream of [keys.events, keys.again(group)]) {
    const [, entries] = (await redis.xautoclaim(
      ...([stream, group, consumer, options.leaseMs, "0", "COUNT", concurrency] as const),
    )) as [string, RawEntry[]];
    for (const raw of entries) {
      const entry = readEntry(stream, raw);
      if (!entry) continue;
      const [pending] = (await redis.xpending(stream, group, entry.entryId, entry.entryId, 1)) as [
        string,
        string,
        number,
        number,
      ][];
      claimed.push({ ...entry, attempts: entry.attempts + (pending?.[3] ?? 1) - 1 });
    }
  }
  return claimed;
}

async function handle(parts: ConsumerOptions, entry: Entry): Promise<void> {
  const { redis, keys, subscription, options, deadMax } = parts;
  const { group, types } = subscription;
  const { stream, entryId, event } = entry;
  const attempts = entry.attempts + 1;
  try {
    if (types.includes(event.type)) await subscription.handle(event);
    await redis.xack(stream, group, entryId);
  } catch (error) {
    options.onError(error, { group, event });
    const done = redis.multi().xack(stream, group, entryId);
    if (attempts >= options.attemptsMax) {
      const letter = JSON.stringify({ event, group, attempts, error: describeError(error) });
      await done.xadd(keys.dead(group), "MAXLEN", "~", deadMax, "*", "letter", letter).exec();
    } else {
      const due = Date.now() + pauseAfter(attempts, options);
      await done.zadd(keys.later(group), due, JSON.stringify({ event, attempts })).exec();
    }
  }
}

/** In one script: two consumers never move the same. */
const moveScript = `
local due = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", ARGV[1], "LIMIT", 0, 100)
for _, member in ipairs(due) do
  local entry = cjson.decode(member)
  redis.call("ZREM", KEYS[1], member)
  redis.call("XADD", KEYS[2], "*", "later", member, "attempts", entry.attempts)
end
return #due`;

async function moveDue({ redis, keys, subscription }: ConsumerOptions): Promise<void> {
  const { group } = subscription;
  await redis.eval(moveScript, 2, keys.later(group), keys.again(group), Date.now());
}
