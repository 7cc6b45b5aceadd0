import { join } from "node:path";
import {
  assertConnectionBudget,
  type Database,
  type DatabaseServer,
  migrate,
  openDatabase,
  openDatabaseServer,
  readDatabaseSettings,
  type Tables,
} from "@mycelium/database";
import {
  createLogger,
  createMemoryLimiter,
  type Limiter,
  type Logger,
  type VerifyContext,
} from "@mycelium/subgraph-kit";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a subgraph's `createApp` is given: everything that comes from outside it. */
export interface HostParts {
  verifyContext: VerifyContext;
  /** Opens a pool that counts in the connection budget. */
  openDatabase<T extends Tables>(options: { schema: string; tables: T }): Database<T>;
  limiter: Limiter;
  log: Logger;
  environment: Environment;
}

/** The ground under the subgraphs of one process. */
export interface Host extends AsyncDisposable {
  parts: HostParts;
  databaseServer: DatabaseServer;
  /** Call it when every app is made: refuses pools that could together ask for more than there is. */
  checkConnections(): Promise<void>;
  close(): Promise<void>;
}

export interface HostOptions {
  environment: Environment;
  /** The repository: `drizzle/` and `.data/` lie there. */
  root: string;
  /** The subgraphs that this process runs; all schemas of `drizzle/` by default. */
  schemas?: readonly string[];
  verifyContext: VerifyContext;
  log?: Logger;
  onStatement?: (sql: string) => void;
  /** Given by tests, and then left open. */
  databaseServer?: DatabaseServer;
}

export async function openHost(options: HostOptions): Promise<Host> {
  const { environment, root, schemas, verifyContext } = options;
  const log = options.log ?? createLogger({ name: "mycelium", level: environment.LOG_LEVEL || "info" });
  const settings = readDatabaseSettings(environment, root);
  const databaseServer = options.databaseServer ?? (await openDatabaseServer(settings));
  const open: Database[] = [];
  try {
    await migrate({ server: databaseServer, folder: join(root, "drizzle"), ...(schemas && { schemas }) });
  } catch (error) {
    if (!options.databaseServer) await databaseServer.close();
    throw error;
  }
  const close = async () => {
    await Promise.all(open.map((database) => database.close()));
    if (!options.databaseServer) await databaseServer.close();
  };
  return {
    databaseServer,
    parts: {
      verifyContext,
      limiter: createMemoryLimiter(),
      log,
      environment,
      openDatabase({ schema, tables }) {
        const { onStatement } = options;
        const database = openDatabase({
          server: databaseServer,
          schema,
          tables,
          onError: (error) => log.warn({ err: error, schema }, "a database connection broke"),
          ...(onStatement && { onStatement }),
        });
        open.push(database);
        return database;
      },
    },
    checkConnections: () =>
      assertConnectionBudget({
        server: databaseServer,
        claims: open,
        connectionsMax: settings.connectionsMax,
        replicas: settings.replicas,
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
