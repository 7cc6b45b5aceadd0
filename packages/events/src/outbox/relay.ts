import type { DatabaseServer } from "@mycelium/database";
import { busRole, checkName } from "@mycelium/database";
import pg from "pg";
import type { EventBus } from "../bus.ts";
import type { DomainEvent } from "../event.ts";
import { type Loop, startLoop } from "../loop.ts";
import { outboxChannel } from "./emit.ts";

export interface RelayOptions {
  server: DatabaseServer;
  /** Those with an outbox. */
  schemas: readonly string[];
  bus: Pick<EventBus, "publish">;
  pollMs?: number;
  batchMax?: number;
  onError?: (error: unknown) => void;
}

/**
 * Carries events from the outboxes to the bus. An event leaves its outbox in the transaction that commits after the bus
 * has it: a relay that dies in between publishes it again, and never loses it.
 */
export function startRelay(options: RelayOptions): Loop {
  const { pollMs = 1_000, batchMax = 200, onError = () => {} } = options;
  const connections = groupByServer(options).map(({ url, schemas }) => ({
    url,
    schemas,
    client: undefined as Client,
  }));

  const loop = startLoop({
    pauseMs: pollMs,
    onError,
    async turn() {
      for (const connection of connections) {
        connection.client ??= await connect(connection.url);
        try {
          for (const schema of await findFull(connection.client, connection.schemas)) {
            while (await relayBatch(connection.client, schema, batchMax, options.bus));
          }
        } catch (error) {
          // The connection may be what broke: the next turn opens another.
          await connection.client?.end().catch(() => {});
          connection.client = undefined;
          throw error;
        }
      }
    },
    async close() {
      for (const { client } of connections) await client?.end().catch(() => {});
    },
  });

  async function connect(url: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url });
    client.on("error", onError);
    client.on("notification", () => loop.wake());
    await client.connect();
    await client.query(`LISTEN ${outboxChannel}`);
    return client;
  }

  return loop;
}

type Client = pg.Client | undefined;

async function findFull(client: pg.Client, schemas: readonly string[]): Promise<string[]> {
  const parts = schemas.map(
    (schema) => `SELECT '${schema}' AS schema WHERE EXISTS (SELECT 1 FROM ${schema}.outbox)`,
  );
  const { rows } = await client.query<{ schema: string }>(parts.join(" UNION ALL "));
  return rows.map(({ schema }) => schema);
}

/** Whether there may be more. */
async function relayBatch(
  client: pg.Client,
  schema: string,
  batchMax: number,
  bus: Pick<EventBus, "publish">,
): Promise<boolean> {
  await client.query("BEGIN");
  try {
    const { rows } = await client.query<{ event: DomainEvent }>(
      `WITH taken AS (
         DELETE FROM ${schema}.outbox WHERE position IN (
           SELECT position FROM ${schema}.outbox ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED
         ) RETURNING position, event
       ) SELECT event FROM taken ORDER BY position`,
      [batchMax],
    );
    if (rows.length > 0) await bus.publish(rows.map(({ event }) => event));
    await client.query("COMMIT");
    return rows.length === batchMax;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

function groupByServer({ server, schemas }: RelayOptions): { url: string; schemas: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const schema of schemas) {
    const url = server.roleUrl(checkName(schema), busRole);
    groups.set(url, [...(groups.get(url) ?? []), schema]);
  }
  return [...groups].map(([url, names]) => ({ url, schemas: names }));
}
