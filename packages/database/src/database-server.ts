import { createHmac } from "node:crypto";
import pg from "pg";
import { startEmbedded } from "./embedded/start-embedded.ts";
import { DatabaseError } from "./errors.ts";
import type { DatabaseSettings } from "./settings.ts";

/** Where the data is: one server for all schemas, or some with a server of their own. */
export interface DatabaseServer extends AsyncDisposable {
  /** The owner's connection: makes roles, schemas and tables; nothing else uses it. */
  ownerUrl(schema: string): string;
  roleUrl(schema: string, role: string): string;
  rolePassword(schema: string, role: string): string;
  close(): Promise<void>;
}

const embeddedDatabase = "mycelium";

export async function openDatabaseServer(
  settings: DatabaseSettings,
  { ephemeral = false } = {},
): Promise<DatabaseServer> {
  if (settings.url !== undefined) return describeServer(settings, settings.url, async () => {});
  const embedded = await startEmbedded({ folder: settings.folder, port: settings.port, ephemeral });
  try {
    const url = await ensureDatabase(embedded.url, embeddedDatabase);
    return describeServer(settings, url, () => embedded.close());
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

function describeServer(
  settings: DatabaseSettings,
  defaultUrl: string,
  close: () => Promise<void>,
): DatabaseServer {
  const ownerUrl = (schema: string) => settings.urls.get(schema) ?? defaultUrl;
  const rolePassword = (schema: string, role: string) =>
    createHmac("sha256", settings.roleSecret ?? ownerUrl(schema))
      .update(role)
      .digest("base64url");
  const roleUrl = (schema: string, role: string) => {
    const url = new URL(ownerUrl(schema));
    url.username = role;
    url.password = rolePassword(schema, role);
    return url.href;
  };
  return { ownerUrl, roleUrl, rolePassword, close, [Symbol.asyncDispose]: close };
}

/** Makes a database beside the one of `url` when it is not there yet, and says its address. */
export async function ensureDatabase(url: string, name: string): Promise<string> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount) return;
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`).catch((error: pg.DatabaseError) => {
      // Two processes of one checkout may start at once.
      if (error.code !== "42P04" && error.code !== "23505") throw error;
    });
  });
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks fails the statement that waits on it; the event alone would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    const { host, pathname } = new URL(url);
    const reason = (error as Error).message || String((error as NodeJS.ErrnoException).code);
    throw new DatabaseError("POSTGRES_START", `${host}${pathname} does not answer (${reason})`, {
      cause: error,
    });
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
