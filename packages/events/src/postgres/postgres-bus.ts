import { busRole, type DatabaseServer, openPool } from "@mycelium/database";
import type pg from "pg";
import {
  type BusOptions,
  type DeadLetter,
  defaultConcurrency,
  type EventBus,
  resolveBusOptions,
  type Subscription,
} from "../bus.ts";
import type { DomainEvent } from "../event.ts";
import { startConsumer } from "./consumer.ts";
import { listenFor } from "./listen-for.ts";

export interface PostgresBusOptions extends BusOptions {
  server: DatabaseServer;
}

export const busSchema = "bus";
const poolMax = 5;
/** The bus's pool, its listener, and the relay. */
export const busConnections = poolMax + 2;
const busChannel = "mycelium_bus";

/** The default bus: rows taken with SKIP LOCKED under a lease. NOTIFY only hints that there are some. */
export async function openPostgresBus(given: PostgresBusOptions): Promise<EventBus> {
  const options = resolveBusOptions(given);
  const connectionString = given.server.roleUrl(busSchema, busRole);
  const onError = (error: unknown) => options.onError(error, {});
  const pool = openPool({ connectionString, max: poolMax, onError });
  const consumers = new Set<ReturnType<typeof startConsumer>>();
  const listener = listenFor({
    connectionString,
    channel: busChannel,
    onNotice: () => {
      for (const consumer of consumers) consumer.wake();
    },
    onError,
  });

  async function subscribe(subscription: Subscription): Promise<AsyncDisposable> {
    const { group, types, concurrency = defaultConcurrency } = subscription;
    await pool.query(
      "INSERT INTO bus.groups VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET types = excluded.types",
      [group, [...types]],
    );
    await listener.ready;
    const consumer = startConsumer({ pool, subscription: { ...subscription, concurrency }, options });
    consumers.add(consumer);
    return {
      async [Symbol.asyncDispose]() {
        consumers.delete(consumer);
        await consumer.close();
      },
    };
  }

  async function close(): Promise<void> {
    await Promise.all([...consumers].map((consumer) => consumer.close()));
    await listener.close();
    await pool.end();
  }

  return {
    publish: (events) => publish(pool, events),
    subscribe,
    deadLetters: (group, limit = 100) => readDeadLetters(pool, group, limit),
    reviveDead: (group, eventIds) => reviveDead(pool, group, eventIds),
    replay: (wanted) => replay(pool, wanted),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One statement: an event and its deliveries are there together, and one that comes again changes nothing. */
async function publish(pool: pg.Pool, events: readonly DomainEvent[]): Promise<void> {
  if (events.length === 0) return;
  await pool.query(
    `WITH given AS (
       SELECT (e->>'id')::uuid AS id, e->>'type' AS type, e AS event FROM jsonb_array_elements($1::jsonb) AS e
     ), kept AS (
       INSERT INTO bus.events (id, type, event) SELECT DISTINCT ON (id) id, type, event FROM given
       ON CONFLICT DO NOTHING RETURNING id, type
     ), handed AS (
       INSERT INTO bus.deliveries (group_name, event_id)
       SELECT g.name, kept.id FROM kept JOIN bus.groups g ON kept.type = ANY (g.types)
     )
     SELECT pg_notify('${busChannel}', '')`,
    [JSON.stringify(events)],
  );
}

async function readDeadLetters(pool: pg.Pool, group: string, limit: number): Promise<DeadLetter[]> {
  const { rows } = await pool.query<{
    event: DomainEvent;
    attempts: number;
    last_error: string;
    dead_at: Date;
  }>(
    `SELECT e.event, d.attempts, d.last_error, d.dead_at FROM bus.deliveries d JOIN bus.events e ON e.id = d.event_id
     WHERE d.group_name = $1 AND d.dead_at IS NOT NULL ORDER BY d.dead_at LIMIT $2`,
    [group, limit],
  );
  return rows.map(({ event, attempts, last_error: error, dead_at: deadAt }) => ({
    ...{ event, group, attempts, error, deadAt },
  }));
}

async function reviveDead(
  pool: pg.Pool,
  group: string,
  eventIds: readonly string[] | undefined,
): Promise<number> {
  const { rowCount } = await pool.query(
    `WITH revived AS (
       UPDATE bus.deliveries SET dead_at = NULL, attempts = 0, available_at = clock_timestamp()
       WHERE group_name = $1 AND dead_at IS NOT NULL AND ($2::uuid[] IS NULL OR event_id = ANY ($2)) RETURNING 1
     ) SELECT pg_notify('${busChannel}', '') FROM revived`,
    [group, eventIds ?? null],
  );
  return rowCount ?? 0;
}

async function replay(pool: pg.Pool, { group, since }: { group: string; since: Date }): Promise<number> {
  const { rowCount } = await pool.query(
    `WITH handed AS (
       INSERT INTO bus.deliveries (group_name, event_id)
       SELECT g.name, e.id FROM bus.events e JOIN bus.groups g ON g.name = $1 AND e.type = ANY (g.types)
       WHERE e.published_at >= $2
       ON CONFLICT (group_name, event_id) DO UPDATE SET dead_at = NULL, attempts = 0, available_at = clock_timestamp()
       RETURNING 1
     ) SELECT pg_notify('${busChannel}', '') FROM handed`,
    [group, since],
  );
  return rowCount ?? 0;
}
