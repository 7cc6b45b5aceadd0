import type pg from "pg";
import { describeError, pauseAfter, type ResolvedBusOptions, type Subscription } from "../bus.ts";
import type { DomainEvent } from "../event.ts";
import { type Loop, startLoop } from "../loop.ts";

export interface ConsumerOptions {
  pool: pg.Pool;
  subscription: Required<Subscription>;
  options: ResolvedBusOptions;
}

interface Delivery {
  event: DomainEvent;
  attempts: number;
}

/** Takes as many events as it may handle at once, handles them, and looks again until there are none. */
export function startConsumer(parts: ConsumerOptions): Loop {
  const { subscription, options } = parts;
  const { group } = subscription;
  let closed = false;
  const loop = startLoop({
    pauseMs: options.pollMs,
    onError: (error) => options.onError(error, { group }),
    async turn() {
      while (!closed) {
        const taken = await take(parts);
        await Promise.all(taken.map((delivery) => handle(parts, delivery)));
        if (taken.length === 0) return;
      }
    },
  });
  const close = () => {
    closed = true;
    return loop.close();
  };
  return { ...loop, close, [Symbol.asyncDispose]: close };
}

/** The lease is the time until which nobody else sees the row: a consumer that dies gives it back by saying nothing. */
async function take({ pool, subscription, options }: ConsumerOptions): Promise<Delivery[]> {
  const { rows } = await pool.query<Delivery>(
    `WITH taken AS (
       UPDATE bus.deliveries SET attempts = attempts + 1, available_at = clock_timestamp() + $3 * interval '1 ms'
       WHERE (group_name, event_id) IN (
         SELECT group_name, event_id FROM bus.deliveries
         WHERE group_name = $1 AND dead_at IS NULL AND available_at <= clock_timestamp()
         ORDER BY available_at LIMIT $2 FOR UPDATE SKIP LOCKED
       ) RETURNING event_id, attempts
     ) SELECT e.event, taken.attempts FROM taken JOIN bus.events e ON e.id = taken.event_id`,
    [subscription.group, subscription.concurrency, options.leaseMs],
  );
  return rows;
}

async function handle(parts: ConsumerOptions, { event, attempts }: Delivery): Promise<void> {
  const { pool, subscription, options } = parts;
  const { group } = subscription;
  const key = [group, event.id, attempts];
  try {
    await subscription.handle(event);
    // Of this attempt alone: where the lease has run out, the row is another consumer's.
    await pool.query(
      "DELETE FROM bus.deliveries WHERE group_name = $1 AND event_id = $2 AND attempts = $3",
      key,
    );
  } catch (error) {
    options.onError(error, { group, event });
    const dead = attempts >= options.attemptsMax;
    await pool.query(
      `UPDATE bus.deliveries SET last_error = $4, dead_at = CASE WHEN $5 THEN clock_timestamp() END,
         available_at = clock_timestamp() + $6 * interval '1 ms'
       WHERE group_name = $1 AND event_id = $2 AND attempts = $3`,
      [...key, describeError(error), dead, pauseAfter(attempts, options)],
    );
  }
}
