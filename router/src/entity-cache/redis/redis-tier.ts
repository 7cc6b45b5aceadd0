import type { Logger } from "pino";
import type { JsonValue } from "../../json.ts";
import type { RedisClient } from "../../redis/open-client.ts";
import type { RedisPool } from "../../redis/redis-pool.ts";
import type { CacheMemory } from "../cache-memory.ts";
import { invalidateMemory } from "../invalidation/invalidate.ts";
import { concerns, type Invalidation } from "../invalidation/invalidation.ts";
import type { Address, Indexes, Keeping, SecondTier } from "../parts.ts";
import { keepUntilMs, type View } from "../store/view.ts";
import { entityName, formName, indexName } from "./redis-names.ts";
import { RemoteInvalidations } from "./remote-invalidations.ts";
import { readForm, writeForm } from "./stored-form.ts";
import { readViews, type StoredView, writeViews } from "./stored-view.ts";

export interface RedisTierOptions {
  pool: RedisPool;
  /** What tells this Redis, and what is in it, from others. */
  name: string;
  memory: CacheMemory;
  logger: Logger;
  timeoutsMs: { fetch: number; insert: number; invalidate: number; maintenance: number };
}

/** The entities that all nodes share. Whatever fails here is only not there: callers go on without it. */
export class RedisTier implements SecondTier {
  private readonly remote: RemoteInvalidations;
  /** Forms that this process has written. */
  private readonly written = new Set<string>();
  private readonly maintained = new Map<string, number>();

  constructor(private readonly options: RedisTierOptions) {
    const { pool, name, memory, logger, timeoutsMs } = options;
    this.remote = new RemoteInvalidations({
      pool,
      logger,
      timeoutMs: timeoutsMs.invalidate,
      apply: (invalidation) => void invalidateMemory(memory, invalidation),
      forgetAll() {
        memory.log.addUnknown();
        memory.store.clear();
      },
      position: memory.positions.get(name),
      moved: (position) => memory.positions.set(name, position),
    });
  }

  /** While it is not, nothing that was kept may be served: it may have been invalidated elsewhere. */
  get isListening(): boolean {
    return this.remote.isListening;
  }

  get position(): string {
    return this.remote.position;
  }

  started(): Promise<void> {
    return this.options.pool.started();
  }

  /** Takes into memory what stands in Redis at these places. Rejects with a `RedisError`. */
  async load(addresses: readonly Address[], nowMs: number): Promise<void> {
    const { pool, timeoutsMs } = this.options;
    const texts = await pool.readMany(
      addresses.map((address) => pool.key(entityName(address))),
      timeoutsMs.fetch,
    );
    const found = addresses.flatMap((address, at) =>
      texts[at] ? readViews(texts[at]).map((view) => ({ address, view })) : [],
    );
    await this.learnForms(new Set(found.map(({ view }) => view.form)));
    for (const { address, view } of found) this.take(address, view, nowMs);
  }

  /** Writes what memory has at these places. Rejects with a `RedisError`. */
  async keep(addresses: readonly Address[], { indexes, position }: Keeping): Promise<void> {
    const { pool, timeoutsMs } = this.options;
    const kept = addresses.flatMap((address) => {
      const views = address.section.shelves.get(address.partition)?.entities.get(address.key)?.views ?? [];
      return views.length > 0 ? [{ address, views }] : [];
    });
    if (kept.length === 0) return;
    await pool.run(async (client) => {
      await Promise.all(kept.flatMap((each) => this.index(client, each, indexes)));
      await Promise.all(kept.flatMap((each) => this.write(client, each, position)));
    }, timeoutsMs.insert);
    await this.takeBack(kept, position);
    void this.maintain(kept, indexes).catch(() => {});
  }

  /** How many entities went with each. Rejects where other nodes could not be told. */
  async invalidate(invalidations: readonly Invalidation[]): Promise<number[]> {
    const { pool, timeoutsMs } = this.options;
    await this.remote.tell(invalidations);
    return pool.run(async (client) => {
      const lists = await Promise.all(
        invalidations.map((each) => client.zrange(pool.key(indexName(each)), "0", "-1")),
      );
      const seen = new Set<string>();
      return Promise.all(
        lists.map(async (names) => {
          // One that stands in two lists counts once.
          const own = [...new Set(names)].filter((name) => !seen.has(name) && seen.add(name));
          const removed = await Promise.all(own.map((name) => client.unlink(pool.key(name))));
          return removed.reduce((sum, each) => sum + each, 0);
        }),
      );
    }, timeoutsMs.invalidate);
  }

  close(): void {
    this.remote.close();
    this.options.pool.close();
  }

  private async learnForms(names: ReadonlySet<string>): Promise<void> {
    const { pool, memory, timeoutsMs } = this.options;
    const unknown = [...names].filter((name) => !memory.store.forms.named(name));
    if (unknown.length === 0) return;
    const texts = await pool.readMany(
      unknown.map((name) => pool.key(name)),
      timeoutsMs.fetch,
    );
    for (const text of texts) {
      if (text === null) continue;
      const form = readForm(parse(text), memory.store.forms);
      if (form) memory.store.forms.name(formName(form.text), form);
    }
  }

  private take({ section, partition, key }: Address, stored: StoredView, nowMs: number): void {
    const { memory } = this.options;
    const form = memory.store.forms.named(stored.form);
    const subject = { subgraph: section.subgraph, type: section.type, key, tags: stored.tags };
    if (!form || this.remote.isOutdated(stored.position, subject)) return;
    const { inputs, data, terms, tags } = stored;
    if (nowMs >= Math.max(terms.freshUntilMs, terms.staleUntilMs, terms.staleOnErrorUntilMs)) return;
    memory.store.put(section, partition, { key, form, inputs, data, terms, tags });
  }

  private write(client: RedisClient, { address, views }: KeptEntity, position: string): Promise<unknown>[] {
    const { pool } = this.options;
    const untilMs = Math.max(...views.map(keepUntilMs));
    const commands: Promise<unknown>[] = [
      client.set(pool.key(entityName(address)), writeViews(views, position), "PXAT", expiry(untilMs)),
    ];
    for (const { form } of views) {
      const name = formName(form.text);
      this.options.memory.store.forms.name(name, form);
      if (this.written.has(name)) continue;
      if (this.written.size >= writtenMax) this.written.clear();
      this.written.add(name);
      commands.push(client.set(pool.key(name), JSON.stringify(writeForm(form)), "EX", formLifetimeSeconds));
    }
    return commands;
  }

  /** The index outlives what it leads to: entries of an index that is gone could not be invalidated. */
  private index(client: RedisClient, { address, views }: KeptEntity, indexes: Indexes): Promise<unknown>[] {
    const { pool } = this.options;
    const untilMs = expiry(Math.max(...views.map(keepUntilMs)));
    const name = entityName(address);
    return indexesOf(address, views, indexes).flatMap((index) => {
      const key = pool.key(index);
      return [
        client.zadd(key, "GT", String(untilMs), name),
        client.pexpireat(key, untilMs + 1_000, "NX"),
        client.pexpireat(key, untilMs + 1_000, "GT"),
      ];
    });
  }

  /** What was invalidated while it was written is not left there. */
  private async takeBack(kept: readonly KeptEntity[], position: string): Promise<void> {
    const { pool, timeoutsMs } = this.options;
    const since = await this.remote.readSince(position);
    const outdated = kept.filter(({ address: { section, key }, views }) => {
      const { subgraph, type } = section;
      const subject = { subgraph, type, key, tags: views.flatMap((view) => view.tags) };
      return since.some((each) => concerns(each, subject));
    });
    if (outdated.length === 0) return;
    await pool.run(
      (client) => Promise.all(outdated.map(({ address }) => client.unlink(pool.key(entityName(address))))),
      timeoutsMs.invalidate,
    );
  }

  /** Indexes lose what has expired, now and then. */
  private async maintain(kept: readonly KeptEntity[], indexes: Indexes): Promise<void> {
    const { pool, timeoutsMs } = this.options;
    const nowMs = Date.now();
    const due = new Set(kept.flatMap(({ address, views }) => indexesOf(address, views, indexes)));
    for (const index of due) {
      if (nowMs - (this.maintained.get(index) ?? 0) < maintenanceEveryMs) due.delete(index);
      else this.maintained.set(index, nowMs);
    }
    if (this.maintained.size > writtenMax) this.maintained.clear();
    if (due.size === 0) return;
    await pool.run(
      (client) =>
        Promise.all([...due].map((index) => client.zremrangebyscore(pool.key(index), "-inf", nowMs))),
      timeoutsMs.maintenance,
    );
  }
}

interface KeptEntity {
  address: Address;
  views: readonly View[];
}

function indexesOf({ section, key }: Address, views: readonly View[], indexes: Indexes): string[] {
  const { subgraph, type } = section;
  const tags = indexes.cacheTag ? new Set(views.flatMap((view) => view.tags)) : [];
  return [
    ...(indexes.subgraph ? [indexName({ kind: "subgraph", subgraph })] : []),
    ...(indexes.type ? [indexName({ kind: "type", subgraph, type })] : []),
    ...(indexes.entity ? [indexName({ kind: "entity", subgraph, type, key })] : []),
    ...[...tags].map((tag) => indexName({ kind: "cache_tag", subgraph, tag })),
  ];
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Redis takes whole milliseconds up to a bound; what lasts for ever lasts a month. */
function expiry(untilMs: number): number {
  return Math.round(Math.min(untilMs, Date.now() + 30 * 24 * 3_600_000));
}

const formLifetimeSeconds = 30 * 24 * 3_600 + 3_600;
const writtenMax = 10_000;
const maintenanceEveryMs = 30_000;
