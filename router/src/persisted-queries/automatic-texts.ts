import { createHash } from "node:crypto";
import { BoundedCache } from "../bounded-cache.ts";
import type { ApqConfig } from "../config/sections/apq.ts";
import type { RedisSurroundings } from "../redis/redis-pool.ts";
import { SharedValues } from "../redis/shared-values.ts";
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

/** In memory first. Without Redis, a router knows only what it was told itself: clients then send the text again. */
class SharedTexts implements AutomaticTexts {
  private readonly shared: SharedValues;

  constructor(
    private readonly memory: MemoryTexts,
    config: RedisConfig,
    surroundings: Omit<RedisSurroundings, "kind">,
  ) {
    this.shared = new SharedValues(config, { ...surroundings, kind: "APQ" });
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
    // As Apollo Router writes it, so that both may share one Redis.
    this.shared.keep(keyOf(hash), JSON.stringify(text));
  }

  started(): Promise<void> {
    return this.shared.started();
  }

  close(): void {
    this.shared.close();
  }

  /** What others have written is believed only where it has the hash. */
  private async findShared(hash: string): Promise<string | undefined> {
    const text = await this.shared.find(keyOf(hash), (stored) => {
      const text: unknown = JSON.parse(stored);
      return typeof text === "string" && hashOf(text) === hash.toLowerCase() ? text : undefined;
    });
    if (text !== undefined) this.memory.keep(hash, text);
    return text;
  }
}

function keyOf(hash: string): string {
  return `apq:${hash}`;
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
