import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { DatabaseServer } from "../database-server.ts";
import { roleOf } from "../names.ts";
import type { Database, Tables, Transaction } from "../open-database.ts";

/**
 * A database whose every write is taken back at the end: all transactions run one after the other as savepoints of
 * one that never commits. Row-level security holds as ever.
 */
export async function openRolledBack<T extends Tables>(options: {
  server: DatabaseServer;
  schema: string;
  tables: T;
}): Promise<Database<T>> {
  const { server, schema, tables } = options;
  const client = new pg.Client({ connectionString: server.roleUrl(schema, roleOf(schema)) });
  await client.connect();
  await client.query("BEGIN");
  const tx = drizzle(client, { schema: tables }) as unknown as Transaction<T>;
  let last: Promise<unknown> = Promise.resolve();
  const run: Database<T>["transact"] = (session, work) => {
    const turn = last.then(async () => {
      await client.query("SAVEPOINT suite");
      try {
        for (const [name, value] of [
          ["app.tenant_id", session.tenantId],
          ["app.current_user_id", session.userId ?? ""],
          ["app.request_id", session.requestId ?? ""],
        ]) {
          await client.query("SELECT set_config($1, $2, true)", [name, value]);
        }
        const result = await work(tx);
        await client.query("RELEASE SAVEPOINT suite");
        return result;
      } catch (error) {
        await client.query("ROLLBACK TO SAVEPOINT suite");
        throw error;
      }
    });
    last = turn.catch(() => {});
    return turn;
  };
  const close = async () => {
    await last;
    await client.query("ROLLBACK");
    await client.end();
  };
  return {
    schema,
    connectionsMax: 1,
    transact: run,
    read: run,
    asSystem() {
      throw new Error("a rolled-back suite acts as one tenant; system work needs a database that commits");
    },
    async ping() {
      await client.query("SELECT 1");
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
