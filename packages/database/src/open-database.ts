import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { DatabaseServer } from "./database-server.ts";
import { DatabaseError } from "./errors.ts";
import { roleOf, systemRole } from "./names.ts";
import { openPool } from "./open-pool.ts";

export type Tables = Record<string, unknown>;

/** Drizzle on one connection, inside a transaction that has already begun. */
export type Transaction<T extends Tables = Tables> = Omit<NodePgDatabase<T>, "transaction">;

/** Whose rows a transaction may see. */
export interface TenantSession {
  tenantId: string;
  userId?: string | undefined;
  requestId?: string | undefined;
}

export interface SystemSession {
  /** Kept in `mycelium.system_access`, so it must say what for. */
  reason: string;
  requestId?: string | undefined;
}

export interface Database<T extends Tables = Tables> extends AsyncDisposable {
  readonly schema: string;
  readonly connectionsMax: number;
  /** Commits when `work` resolves, rolls back when it throws. Keep it short, with no call to the outside. */
  transact<R>(session: TenantSession, work: (tx: Transaction<T>) => Promise<R>): Promise<R>;
  /** As `transact`, and refuses to write. */
  read<R>(session: TenantSession, work: (tx: Transaction<T>) => Promise<R>): Promise<R>;
  /** Acts over all tenants as the system's role, which leaves an audit row. */
  asSystem<R>(session: SystemSession, work: (tx: Transaction<T>) => Promise<R>): Promise<R>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions<T extends Tables> {
  server: DatabaseServer;
  schema: string;
  tables: T;
  connectionsMax?: number;
  /** Sees the text of every statement, without its values. */
  onStatement?: (sql: string) => void;
  onError?: (error: Error) => void;
}

const systemConnectionsMax = 2;
const waitingMax = 1_000;
const connectMsMax = 5_000;
const idleMsMax = 30_000;

export function openDatabase<T extends Tables>(options: OpenOptions<T>): Database<T> {
  const { server, schema, connectionsMax = 5 } = options;
  const roles = poolOf(options, server.roleUrl(schema, roleOf(schema)), connectionsMax);
  const system = poolOf(options, server.roleUrl(schema, systemRole), systemConnectionsMax);
  let closing: Promise<unknown> | undefined;
  // A subgraph closes its database, and so does whoever has opened it.
  const close = async () => {
    closing ??= Promise.all([roles.end(), system.end()]);
    await closing;
  };
  const bindOptions = { tables: options.tables, onStatement: options.onStatement };
  return {
    schema,
    connectionsMax: connectionsMax + systemConnectionsMax,
    transact: (session, work) =>
      runTransaction(roles, `BEGIN; ${tenantSettings(session)}`, bindOptions, work),
    read: (session, work) =>
      runTransaction(roles, `BEGIN READ ONLY; ${tenantSettings(session)}`, bindOptions, work),
    asSystem: (session, work) =>
      runTransaction(system, `BEGIN; ${systemSettings(session, schema)}`, bindOptions, work),
    async ping() {
      await roles.query("SELECT 1").catch(refuseBusy);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function poolOf({ onError }: OpenOptions<Tables>, connectionString: string, max: number): pg.Pool {
  return openPool({
    connectionString,
    max,
    connectionTimeoutMillis: connectMsMax,
    idleTimeoutMillis: idleMsMax,
    onError: (error) => onError?.(error),
  });
}

interface BindOptions<T extends Tables> {
  tables: T;
  onStatement: ((sql: string) => void) | undefined;
}

async function runTransaction<T extends Tables, R>(
  pool: pg.Pool,
  begin: string,
  options: BindOptions<T>,
  work: (tx: Transaction<T>) => Promise<R>,
): Promise<R> {
  if (pool.waitingCount >= waitingMax) throw new DatabaseError("DATABASE_BUSY", `${waitingMax} wait already`);
  const client = await pool.connect().catch(refuseBusy);
  try {
    // One round trip for all of it: the settings end with the transaction.
    await client.query(begin);
    const result = await work(bindDrizzle(client, options));
    await client.query("COMMIT");
    client.release();
    return result;
  } catch (error) {
    const undone = await client.query("ROLLBACK").then(
      () => true,
      () => false,
    );
    // A connection that cannot even roll back is closed rather than used again.
    client.release(!undone);
    throw error;
  }
}

function tenantSettings({ tenantId, userId, requestId }: TenantSession): string {
  if (!tenantId) throw new Error("a transaction needs a tenant");
  return [
    setting("app.tenant_id", tenantId),
    setting("app.current_user_id", userId ?? ""),
    setting("app.request_id", requestId ?? ""),
  ].join("; ");
}

function systemSettings({ reason, requestId }: SystemSession, schema: string): string {
  const values = [reason, requestId ?? ""].map((value) => pg.escapeLiteral(value)).join(", ");
  return `SELECT mycelium.enter_system(${values}); SET LOCAL search_path = ${schema}`;
}

function setting(name: string, value: string): string {
  return `SET LOCAL ${name} = ${pg.escapeLiteral(value)}`;
}

const bound = new WeakMap<object, unknown>();

/** Making one reads the whole schema, so each connection keeps its own. */
function bindDrizzle<T extends Tables>(client: pg.PoolClient, options: BindOptions<T>): Transaction<T> {
  const known = bound.get(client);
  if (known !== undefined) return known as Transaction<T>;
  const { onStatement } = options;
  const logger = onStatement && { logQuery: (sql: string) => onStatement(sql) };
  const made = drizzle(client, { schema: options.tables, ...(logger && { logger }) });
  bound.set(client, made);
  return made as Transaction<T>;
}

function refuseBusy(error: Error): never {
  if (/timeout exceeded when trying to connect/.test(error.message)) {
    throw new DatabaseError("DATABASE_BUSY", `waited ${connectMsMax} ms`, { cause: error });
  }
  throw error;
}
