import type { Logger } from "pino";
import { isJsonObject, type JsonValue } from "../../json.ts";
import { RedisError } from "../../redis/redis-error.ts";
import type { RedisPool } from "../../redis/redis-pool.ts";
import { redisScript } from "../../redis/redis-script.ts";
import { concerns, type Invalidation, type Subject } from "../invalidation/invalidation.ts";
import { channelName, logName } from "./redis-names.ts";

export interface RemoteParts {
  pool: RedisPool;
  timeoutMs: number;
  logger: Logger;
  /** Makes it true in this process. */
  apply(invalidation: Invalidation): void;
  /** What others invalidated may have been missed. */
  forgetAll(): void;
  /** Where a router before this one, with the same memory, had come to. */
  position: string | undefined;
  moved(position: string): void;
}

interface Entry {
  id: string;
  invalidations: readonly Invalidation[];
}

/**
 * What all nodes invalidate, in one order: a stream in Redis is the log, a channel tells of each new entry at once.
 * A node that was cut off reads up what it missed, or forgets what it keeps.
 */
export class RemoteInvalidations {
  private readonly recent: Entry[] = [];
  private last: string;
  private readonly end: () => void;
  private connection = 0;
  private listening = false;

  constructor(private readonly parts: RemoteParts) {
    this.last = parts.position ?? nowhere;
    this.end = parts.pool.subscribe(channelName, {
      receive: (message) => this.receive(message),
      connected: () => void this.catchUp(++this.connection),
      lost: () => {
        this.connection++;
        this.listening = false;
      },
    });
  }

  /** Whether all that is invalidated anywhere is heard here. */
  get isListening(): boolean {
    return this.listening;
  }

  /** Up to where this node knows. */
  get position(): string {
    return this.last;
  }

  isOutdated(position: string, subject: Subject): boolean {
    for (let index = this.recent.length - 1; index >= 0; index--) {
      const { id, invalidations } = this.recent[index]!;
      if (compareIds(id, position) <= 0) return false;
      if (invalidations.some((each) => concerns(each, subject))) return true;
    }
    return false;
  }

  /** Resolves when it stands in the log, all are told, and this node has heard it too, in its turn. */
  async tell(invalidations: readonly Invalidation[]): Promise<void> {
    const { pool, timeoutMs } = this.parts;
    const values = [entriesMax, JSON.stringify(invalidations), pool.key(channelName)];
    const id = String(await pool.runScript(tellAll, { keys: [pool.key(logName)], values }, timeoutMs));
    const deadlineMs = performance.now() + timeoutMs;
    while (compareIds(this.last, id) < 0) {
      if (performance.now() > deadlineMs)
        throw new RedisError("timeout", "invalidations of other nodes are not heard");
      await Bun.sleep(1);
    }
  }

  /** Asks the log itself: what others wrote may not have been heard yet. */
  async readSince(position: string): Promise<Invalidation[]> {
    const { pool, timeoutMs } = this.parts;
    const read = await pool.run((client) => client.xrange(pool.key(logName), `(${position}`, "+"), timeoutMs);
    return read.flatMap(([, fields]) => readInvalidations(fields[1] ?? ""));
  }

  close(): void {
    this.end();
    this.listening = false;
  }

  private receive(message: string): void {
    const [id = ""] = message.split(" ", 1);
    const invalidations = readInvalidations(message.slice(id.length + 1));
    if (compareIds(id, this.last) <= 0) return;
    this.take({ id, invalidations });
  }

  private take(entry: Entry): void {
    for (const invalidation of entry.invalidations) this.parts.apply(invalidation);
    this.remember(entry);
  }

  private remember(entry: Entry): void {
    if (compareIds(entry.id, this.last) <= 0) return;
    this.last = entry.id;
    this.parts.moved(entry.id);
    this.recent.push(entry);
    if (this.recent.length > recentMax) this.recent.splice(0, recentMax / 2);
  }

  private start(): void {
    this.last = emptyLog;
    this.parts.moved(emptyLog);
  }

  /** Reads what was told while nobody listened. Messages of the channel come meanwhile, and after it. */
  private async catchUp(connection: number): Promise<void> {
    const { pool, timeoutMs, logger } = this.parts;
    while (connection === this.connection) {
      try {
        await this.readMissed();
        // A connection that was lost meanwhile may have missed more.
        if (connection === this.connection) this.listening = true;
        return;
      } catch (error) {
        logger.debug({ err: error }, "the log of invalidations could not be read");
        await Bun.sleep(pool.isReady ? timeoutMs : retryMs);
      }
    }
  }

  private async readMissed(): Promise<void> {
    const { pool, timeoutMs, forgetAll } = this.parts;
    const name = pool.key(logName);
    const isFirst = this.last === nowhere;
    const from = isFirst ? "-" : this.last;
    const read = await pool.run(
      (client) =>
        isFirst ? client.xrevrange(name, "+", "-", "COUNT", recentMax) : client.xrange(name, from, "+"),
      timeoutMs,
    );
    const entries = read.map(([id, fields]) => ({ id, invalidations: readInvalidations(fields[1] ?? "") }));
    if (isFirst) {
      // What is in Redis was cleaned by whoever invalidated it.
      forgetAll();
      for (const entry of entries.reverse()) this.remember(entry);
      if (this.last === nowhere) this.start();
      return;
    }
    const isWhole = entries[0]?.id === this.last || (this.last === emptyLog && entries.length < entriesMax);
    if (!isWhole) forgetAll();
    for (const entry of entries) if (compareIds(entry.id, this.last) > 0) this.take(entry);
  }
}

/** One step, so that the channel has the log's order. */
const tellAll = redisScript(`
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'i', ARGV[2])
redis.call('PUBLISH', ARGV[3], id .. ' ' .. ARGV[2])
return id`);

const nowhere = "0-0";
/** Before any entry that Redis would make. */
const emptyLog = "0-1";
const entriesMax = 10_000;
const recentMax = 4_096;
const retryMs = 50;

export function compareIds(one: string, other: string): number {
  const [a = 0, b = 0] = one.split("-").map(Number);
  const [c = 0, d = 0] = other.split("-").map(Number);
  return a - c || b - d;
}

function readInvalidations(text: string): Invalidation[] {
  try {
    const value = JSON.parse(text) as JsonValue;
    // The cast holds for what nodes of this version write; anything else concerns nothing.
    return Array.isArray(value) ? (value.filter(isJsonObject) as unknown as Invalidation[]) : [];
  } catch {
    return [];
  }
}
