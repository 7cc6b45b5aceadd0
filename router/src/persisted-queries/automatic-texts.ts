import { createHash } from "node:crypto";
import { BoundedCache } from "../bounded-cache.ts";
import type { ApqConfig } from "../config/sections/apq.ts";
import { RedisPool, type RedisSurroundings } from "../redis/redis-pool.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";

/** Texts that clients have sent with their hash, and may from then on ask for by it alone. */
export interface AutomaticTexts {
  readonly size: number;
  readonly weight: number;
  find(hash: string): string | undefined | Promise<string | undefined>;
  keep(hash: string, text: string): void;
  started(): Promise<void>;
  close(): void;
}

/** An entry may be as large as a request: their number alone is no bound on memory. */
const textsBytesMax = 64 * 1024 * 1024;

export function createAutomaticTexts(
  { router: { cacheEntriesMax, cacheRedis } }: ApqConfig,
  surroundings: Omit<RedisSurroundings, "kind">,
): AutomaticTexts {
  const memory = new MemoryTexts(cacheEntriesMax, surroundings.meters);
  return cacheRedis ? new SharedTexts(memory, cacheRedis, surroundings) : memory;
}

type RedisConfig = NonNullable<ApqConfig["router"]["cacheRedis"]>;

class MemoryTexts implements AutomaticTexts {
  private readonly texts: BoundedCache<string, string>;

  constructor(
    entriesMax: number,
    private readonly meters: ProcessMeters,
  ) {
    this.texts = new BoundedCache({ entriesMax, weightMax: textsBytesMax, weigh: (text) => text.length });
  }

  get size(): number {
    return this.texts.size;
  }

  get weight(): number {
    return this.texts.weight;
  }

  find(hash: string): string | undefined {
    const startedMs = performance.now();
    const text = this.texts.get(hash);
    const elapsedMs = performance.now() - startedMs;
    if (text === undefined) this.meters.cacheMiss("APQ", "memory", elapsedMs);
    else this.meters.cacheHit("APQ", "memory", elapsedMs);
    return text;
  }

  keep(hash: string, text: string): void {
    this.texts.set(hash, text);
  }

  async started(): Promise<void> {}

  close(): void {}
}

const timeoutDefaultMs = 500;

/** In memory first. Without Redis, a router knows only what it was told itself: clients then send the text again. */
class SharedTexts implements AutomaticTexts {
  private readonly pool: RedisPool;
  private readonly timeoutMs: number;
  private readonly ttlSeconds: number | undefined;

  constructor(
    private readonly memory: MemoryTexts,
    private readonly config: RedisConfig,
    private readonly surroundings: Omit<RedisSurroundings, "kind">,
  ) {
    this.pool = new RedisPool(config, { ...surroundings, kind: "APQ" });
    this.timeoutMs = config.timeoutMs ?? timeoutDefaultMs;
    this.ttlSeconds = config.ttlMs === undefined ? undefined : Math.max(1, Math.floor(config.ttlMs / 1_000));
  }

  get size(): number {
    return this.memory.size;
  }

  get weight(): number {
    return this.memory.weight;
  }

  find(hash: string): string | undefined | Promise<string | undefined> {
    return this.memory.find(hash) ?? this.findShared(hash);
  }

  keep(hash: string, text: string): void {
    this.memory.keep(hash, text);
    const key = this.keyOf(hash);
    // As Apollo Router writes it, so that both may share one Redis.
    const value = JSON.stringify(text);
    const { ttlSeconds } = this;
    this.pool
      .run(
        (client) =>
          ttlSeconds === undefined ? client.set(key, value) : client.set(key, value, "EX", ttlSeconds),
        this.timeoutMs,
      )
      .catch(ignore);
  }

  started(): Promise<void> {
    return this.pool.started();
  }

  close(): void {
    this.pool.close();
  }

  private async findShared(hash: string): Promise<string | undefined> {
    const { meters } = this.surroundings;
    const startedMs = performance.now();
    const text = await this.readShared(hash);
    const elapsedMs = performance.now() - startedMs;
    if (text === undefined) meters.cacheMiss("APQ", "redis", elapsedMs);
    else meters.cacheHit("APQ", "redis", elapsedMs);
    if (text !== undefined) this.memory.keep(hash, text);
    return text;
  }

  /** What others have written is believed only where it has the hash. */
  private async readShared(hash: string): Promise<string | undefined> {
    const key = this.keyOf(hash);
    const { ttlSeconds } = this;
    try {
      const value = await this.pool.run((client) => client.get(key), this.timeoutMs);
      const text: unknown = value === null ? undefined : JSON.parse(value);
      if (typeof text !== "string" || hashOf(text) !== hash.toLowerCase()) return undefined;
      if (this.config.resetTtl && ttlSeconds !== undefined) {
        this.pool.run((client) => client.expire(key, ttlSeconds), this.timeoutMs).catch(ignore);
      }
      return text;
    } catch {
      return undefined;
    }
  }

  private keyOf(hash: string): string {
    return this.pool.key(`apq:${hash}`);
  }
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The pool has counted the error, and said what is wrong. */
function ignore(): void {}
