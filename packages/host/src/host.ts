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
import { busSchema, type EventBus, type Subscription } from "@mycelium/events";
import { type JobDefinition, jobsSchema, prepareJobs } from "@mycelium/jobs";
import type { Peers } from "@mycelium/peers";
import {
  type Caller,
  createLogger,
  type Limiter,
  type Logger,
  type Subgraph,
  type VerifyContext,
} from "@mycelium/subgraph-kit";
import { type Vault, vaultSchema, vaultTables } from "@mycelium/vault";
import { createVerifyContext } from "./context-verifier.ts";
import { openBus } from "./open-bus.ts";
import { openLimiter } from "./open-limiter.ts";
import { openPeers } from "./open-peers.ts";
import { openTraces } from "./open-traces.ts";
import { openVault } from "./open-vault.ts";
import { backgroundClaims, startBackground } from "./start-background.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a subgraph's `createApp` is given: everything that comes from outside it. */
export interface HostParts {
  verifyContext: VerifyContext;
  /** Opens a pool that counts in the connection budget. */
  openDatabase<T extends Tables>(options: { schema: string; tables: T }): Database<T>;
  vault: Vault;
  limiter: Limiter;
  /** The other subgraphs. */
  peers: Peers;
  log: Logger;
  environment: Environment;
}

/** What `createApp` makes. */
export interface HostedSubgraph extends Pick<Subgraph, "name" | "app" | "close"> {
  // biome-ignore lint/suspicious/noExplicitAny: each definition knows the payload of its own jobs.
  jobs?: readonly JobDefinition<any>[];
  subscriptions?: readonly Subscription[];
}

/** The ground under the subgraphs of one process. */
export interface Host extends AsyncDisposable {
  parts: HostParts;
  databaseServer: DatabaseServer;
  bus: EventBus;
  /** When every app is made: checks the connection budget, then starts their jobs, their subscriptions and the relay. */
  start(subgraphs: readonly HostedSubgraph[]): Promise<void>;
  /** Stops what `start` has started, then the subgraphs, then the ground itself. */
  close(): Promise<void>;
}

export interface HostOptions {
  environment: Environment;
  /** The repository: `drizzle/` and `.data/` lie there. */
  root: string;
  /** Of the subgraphs that this process runs; all of `drizzle/` by default. */
  schemas?: readonly string[];
  /** Instead of the router's signed context. For tests. */
  verifyContext?: VerifyContext;
  /** What such a context is written into, for another subgraph to read. */
  headersFor?: (caller: Caller, peer: string) => Record<string, string>;
  log?: Logger;
  onStatement?: (sql: string) => void;
  /** Given by tests, and then neither migrated nor closed here. */
  databaseServer?: DatabaseServer;
}

/** Every host has these, whichever subgraphs it runs. */
export const groundSchemas = [busSchema, jobsSchema, vaultSchema];

export async function openHost(options: HostOptions): Promise<Host> {
  const { environment, root } = options;
  const log = options.log ?? createLogger({ name: "mycelium", level: environment.LOG_LEVEL || "info" });
  const settings = readDatabaseSettings(environment, root);
  const databaseServer = options.databaseServer ?? (await prepareServer(options));
  const databases: Database[] = [];
  const closers: (() => Promise<void>)[] = options.databaseServer ? [] : [() => databaseServer.close()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };

  function open<T extends Tables>({ schema, tables }: { schema: string; tables: T }): Database<T> {
    const { onStatement } = options;
    const database = openDatabase({
      ...{ server: databaseServer, schema, tables },
      onError: (error) => log.warn({ err: error, schema }, "a database connection broke"),
      ...(onStatement && { onStatement }),
    });
    databases.push(database);
    closers.push(() => database.close());
    return database;
  }

  try {
    closers.push(openTraces(environment));
    const verifyContext = options.verifyContext ?? createVerifyContext({ environment, root });
    const vault = openVault({
      environment,
      root,
      database: open({ schema: vaultSchema, tables: vaultTables }),
    });
    const bus = await openBus({ environment, server: databaseServer, log });
    closers.push(() => bus.close());
    const running: HostedSubgraph[] = [];
    const peers = openPeers({ environment, root, running: () => running, headersFor: options.headersFor });
    const { limiter, close: closeLimiter } = openLimiter({ environment, log });
    closers.push(closeLimiter);
    return {
      databaseServer,
      bus,
      parts: { verifyContext, openDatabase: open, vault, limiter, peers, log, environment },
      async start(subgraphs) {
        running.push(...subgraphs);
        closers.push(async () => {
          await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
        });
        const { connectionsMax, replicas } = settings;
        const background = { server: databaseServer, bus, subgraphs, log };
        const claims = [...databases, ...backgroundClaims];
        await assertConnectionBudget({ server: databaseServer, claims, connectionsMax, replicas });
        closers.push(await startBackground(background));
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function prepareServer({ environment, root, schemas }: HostOptions): Promise<DatabaseServer> {
  const server = await openDatabaseServer(readDatabaseSettings(environment, root));
  try {
    const wanted = schemas && [...groundSchemas, ...schemas];
    await migrate({ server, folder: join(root, "drizzle"), ...(wanted && { schemas: wanted }) });
    await prepareJobs(server);
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}
