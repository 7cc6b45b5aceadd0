import { Redis } from "ioredis";
import {
  type BusOptions,
  type DeadLetter,
  defaultConcurrency,
  type EventBus,
  resolveBusOptions,
  type Subscription,
} from "../bus.ts";
import { EventError } from "../errors.ts";
import type { DomainEvent } from "../event.ts";
import { startConsumer } from "./consumer.ts";
import { fieldsOf, type RawEntry, readEntry } from "./entry.ts";
import { type BusKeys, busKeys } from "./keys.ts";

export interface RedisBusOptions extends BusOptions {
  url: string;
  prefix?: string;
  /** Entries that the stream keeps; a group that is further behind loses the oldest. */
  entriesMax?: number;
}

const deadMax = 10_000;
const replayBatch = 500;
const commandMsMax = 5_000;

/** Redis Streams, a consumer group for each group. */
export async function openRedisBus(given: RedisBusOptions): Promise<EventBus> {
  const options = resolveBusOptions(given);
  const { entriesMax = 1_000_000 } = given;
  const keys = busKeys(given.prefix ?? "mycelium-bus");
  const open = async () => {
    const opened = new Redis(given.url, {
      lazyConnect: true,
      maxRetriesPerRequest: 1,
      commandTimeout: commandMsMax,
    });
    opened.on("error", (error) => options.onError(error, {}));
    await opened.connect().catch((error) => {
      opened.disconnect();
      throw new EventError("BUS_UNAVAILABLE", "Redis", { cause: error });
    });
    return opened;
  };
  const redis = await open();
  const consumers = new Set<AsyncDisposable>();

  async function publish(events: readonly DomainEvent[]): Promise<void> {
    if (events.length === 0) return;
    const pipeline = redis.multi();
    for (const event of events)
      pipeline.xadd(keys.events, "MAXLEN", "~", entriesMax, "*", ...fieldsOf(event));
    const results = await pipeline.exec().catch((error) => {
      throw new EventError("BUS_UNAVAILABLE", "Redis", { cause: error });
    });
    if (!results || results.some(([error]) => error)) throw new EventError("BUS_UNAVAILABLE", "Redis");
  }

  async function subscribe(subscription: Subscription): Promise<AsyncDisposable> {
    const { group, types, concurrency = defaultConcurrency } = subscription;
    await redis.hset(keys.groups, group, JSON.stringify(types));
    await ensureGroups(redis, keys, group);
    const connection = await open();
    const consumer = startConsumer({
      ...{ redis, connection, keys, options, deadMax },
      subscription: { ...subscription, concurrency },
      ensureGroups: () => ensureGroups(redis, keys, group),
    });
    consumers.add(consumer);
    return {
      async [Symbol.asyncDispose]() {
        consumers.delete(consumer);
        await consumer[Symbol.asyncDispose]();
      },
    };
  }

  async function close(): Promise<void> {
    await Promise.all([...consumers].map((consumer) => consumer[Symbol.asyncDispose]()));
    redis.disconnect();
  }

  return {
    publish,
    subscribe,
    deadLetters: (group, limit = 100) => readDeadLetters(redis, keys, { group, limit }),
    reviveDead: (group, eventIds) => reviveDead(redis, keys, { group, eventIds }),
    replay: (wanted) => replay(redis, keys, wanted),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** From now on for what is published, from the start for what is handed out again. */
async function ensureGroups(redis: Redis, keys: BusKeys, group: string): Promise<void> {
  for (const [stream, from] of [
    [keys.events, "$"],
    [keys.again(group), "0"],
  ] as const) {
    await redis.xgroup("CREATE", stream, group, from, "MKSTREAM").catch((error: Error) => {
      if (!error.message.startsWith("BUSYGROUP")) throw error;
    });
  }
}

interface DeadEntry {
  entryId: string;
  letter: DeadLetter;
}

async function readDead(redis: Redis, keys: BusKeys, { group, limit }: { group: string; limit: number }) {
  const entries = (await redis.xrange(keys.dead(group), "-", "+", "COUNT", limit)) as RawEntry[];
  return entries.map(([entryId, fields]): DeadEntry => {
    const letter = JSON.parse(fields?.[1] ?? "null") as Omit<DeadLetter, "deadAt">;
    return { entryId, letter: { ...letter, deadAt: new Date(Number(entryId.split("-")[0])) } };
  });
}

async function readDeadLetters(redis: Redis, keys: BusKeys, options: { group: string; limit: number }) {
  return (await readDead(redis, keys, options)).map(({ letter }) => letter);
}

async function reviveDead(
  redis: Redis,
  keys: BusKeys,
  { group, eventIds }: { group: string; eventIds: readonly string[] | undefined },
): Promise<number> {
  const dead = await readDead(redis, keys, { group, limit: deadMax });
  const wanted = dead.filter(({ letter }) => eventIds?.includes(letter.event.id) ?? true);
  for (const { entryId, letter } of wanted) {
    const moved = redis.multi().xadd(keys.again(group), "*", ...fieldsOf(letter.event));
    await moved.xdel(keys.dead(group), entryId).exec();
  }
  return wanted.length;
}

async function replay(
  redis: Redis,
  keys: BusKeys,
  { group, since }: { group: string; since: Date },
): Promise<number> {
  const types = new Set(JSON.parse((await redis.hget(keys.groups, group)) ?? "[]") as string[]);
  let replayed = 0;
  for (let from = String(since.getTime()); ; ) {
    const entries = (await redis.xrange(keys.events, from, "+", "COUNT", replayBatch)) as RawEntry[];
    for (const raw of entries) {
      const entry = readEntry(keys.events, raw);
      if (!entry || !types.has(entry.event.type)) continue;
      await redis.xadd(keys.again(group), "*", ...fieldsOf(entry.event));
      replayed += 1;
    }
    const last = entries.at(-1)?.[0];
    if (last === undefined || entries.length < replayBatch) return replayed;
    from = `(${last}`;
  }
}
