import type { CacheKind } from "../telemetry/observer.ts";
import { RedisPool, type RedisSettings, type RedisSurroundings } from "./redis-pool.ts";

/** The keys of a `redis` that keeps values for all routers. */
export interface SharedValuesSettings extends RedisSettings {
  readonly timeoutMs?: number | undefined;
  readonly ttlMs?: number | undefined;
  readonly resetTtl: boolean;
}

const timeoutDefaultMs = 500;

/** Values that routers share through one Redis. One that is away, or late, has none. */
export class SharedValues {
  private readonly pool: RedisPool;
  private readonly timeoutMs: number;
  private readonly ttlSeconds: number | undefined;

  constructor(
    private readonly settings: SharedValuesSettings,
    private readonly surroundings: RedisSurroundings & { kind: CacheKind },
  ) {
    this.pool = new RedisPool(settings, surroundings);
    this.timeoutMs = settings.timeoutMs ?? timeoutDefaultMs;
    this.ttlSeconds =
      settings.ttlMs === undefined ? undefined : Math.max(1, Math.floor(settings.ttlMs / 1_000));
  }

  /** Undefined where there is none that `accept`, which may throw, makes anything of. */
  async find<Value>(name: string, accept: (stored: string) => Value | undefined): Promise<Value | undefined> {
    const { kind, meters } = this.surroundings;
    const startedMs = performance.now();
    const value = await this.read(name, accept);
    const elapsedMs = performance.now() - startedMs;
    if (value === undefined) meters.cacheMiss(kind, "redis", elapsedMs);
    else meters.cacheHit(kind, "redis", elapsedMs);
    return value;
  }

  keep(name: string, stored: string): void {
    const { ttlSeconds } = this;
    const key = this.pool.key(name);
    this.pool
      .run(
        (client) =>
          ttlSeconds === undefined ? client.set(key, stored) : client.set(key, stored, "EX", ttlSeconds),
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

  private async read<Value>(
    name: string,
    accept: (stored: string) => Value | undefined,
  ): Promise<Value | undefined> {
    const { ttlSeconds } = this;
    const key = this.pool.key(name);
    try {
      const stored = await this.pool.run((client) => client.get(key), this.timeoutMs);
      const value = stored === null ? undefined : accept(stored);
      if (value !== undefined && this.settings.resetTtl && ttlSeconds !== undefined) {
        this.pool.run((client) => client.expire(key, ttlSeconds), this.timeoutMs).catch(ignore);
      }
      return value;
    } catch {
      return undefined;
    }
  }
}

/** The pool has counted the error, and said what is wrong. */
function ignore(): void {}
