import type { Database, Tables } from "@mycelium/database";
import type { GraphQLSchema } from "graphql";
import { Hono } from "hono";
import { hasHints } from "./cache-control/read-hints.ts";
import type { Caller, VerifyContext } from "./context/caller.ts";
import { type RequestContext, runWithContext, SubgraphContext } from "./context/request-context.ts";
import { createOperationCache, type OperationCache } from "./execute/operation-cache.ts";
import { createGraphqlHandler } from "./http/handle-graphql.ts";
import { addOperatorRoutes } from "./http/operator-routes.ts";
import type { Limiter } from "./limiter/limiter.ts";
import { createMemoryLimiter } from "./limiter/memory-limiter.ts";
import { buildSchema, type Resolvers } from "./schema/build-schema.ts";
import { createLogger, type Logger } from "./telemetry/logger.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";
import { RequestTelemetry } from "./telemetry/request-telemetry.ts";

export interface SubgraphLimits {
  bodyBytesMax: number;
  depthMax: number;
  fieldsMax: number;
  tokensMax: number;
  representationsMax: number;
  /** Kept operations, in (estimated) bytes. */
  operationBytesMax: number;
}

export interface SubgraphOptions<T extends Tables, Services> {
  name: string;
  /** The subgraph's schema.graphql. */
  typeDefs: string;
  resolvers: Resolvers;
  verifyContext: VerifyContext;
  database?: Database<T>;
  /** What verbs reach the outside with: the vault, the providers' clients, the jobs. */
  services?: Services;
  limiter?: Limiter;
  log?: Logger;
  limits?: Partial<SubgraphLimits>;
  /** Further things that must answer before the subgraph takes requests. */
  ready?: () => Promise<void>;
}

export interface Subgraph<T extends Tables = Tables, Services = unknown> extends AsyncDisposable {
  readonly name: string;
  readonly typeDefs: string;
  readonly schema: GraphQLSchema;
  /** `/graphql`, `/health`, `/ready`, `/metrics`; a subgraph adds its webhooks to it. */
  readonly app: Hono;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly operations: OperationCache;
  /** Runs work that comes from elsewhere than GraphQL (a webhook, a job, an event) as a caller. */
  actAs<R>(caller: Caller, work: (context: RequestContext<T, Services>) => R): R;
  /** Refuses new requests by way of `/ready`, waits for those that run, closes the database. */
  close(): Promise<void>;
}

const defaultLimits: SubgraphLimits = {
  bodyBytesMax: 2_000_000,
  depthMax: 30,
  fieldsMax: 10_000,
  tokensMax: 15_000,
  representationsMax: 10_000,
  operationBytesMax: 16_000_000,
};

const drainMsMax = 10_000;

export function createSubgraph<T extends Tables, Services>(
  options: SubgraphOptions<T, Services>,
): Subgraph<T, Services> {
  const { name, typeDefs, resolvers, verifyContext, database } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const log = options.log ?? createLogger({ name });
  const metrics = createMetrics(name);
  const limiter = options.limiter ?? createMemoryLimiter();
  const services = options.services as Services;
  const schema = buildSchema({
    name,
    typeDefs,
    resolvers,
    limiter,
    representationsMax: limits.representationsMax,
  });
  const operations = createOperationCache({ schema, limits, bytesMax: limits.operationBytesMax });
  let stopping = false;

  const handle = createGraphqlHandler({
    operations,
    bodyBytesMax: limits.bodyBytesMax,
    keepsAnswers: hasHints(Object.values(schema.getTypeMap())),
    log,
    onErrorCode: metrics.countError,
    observe: (request) => new RequestTelemetry({ subgraph: name, metrics, log }, request.headers),
    makeContext(request, telemetry) {
      const make = (caller: Caller | undefined) => {
        if (caller === undefined) return undefined;
        telemetry.tenant = caller.tenantId;
        telemetry.requestId = caller.requestId;
        const { traceparent } = telemetry;
        return new SubgraphContext({ caller, log, signal: request.signal, traceparent, services, database });
      };
      const caller = verifyContext(request.headers, name);
      return caller instanceof Promise ? caller.then(make) : make(caller);
    },
  });

  const app = new Hono();
  app.all("/graphql", ({ req }) => handle(req.raw));
  addOperatorRoutes(app, { metrics, log, check: checkReady });

  async function checkReady(): Promise<void> {
    if (stopping) throw new Error("the subgraph is stopping");
    await database?.ping();
    await options.ready?.();
  }

  async function close(): Promise<void> {
    stopping = true;
    const deadline = Date.now() + drainMsMax;
    while (metrics.inFlight.count > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await database?.close();
  }

  return {
    name,
    typeDefs,
    schema,
    app,
    metrics,
    log,
    operations,
    actAs(caller, work) {
      const signal = new AbortController().signal;
      const context = new SubgraphContext<T, Services>({
        ...{ caller, log, signal, services, database },
        traceparent: undefined,
      });
      return runWithContext(context as RequestContext, () => work(context));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
