import {
  type AuthenticationState,
  createAuthentication,
  createAuthenticationState,
} from "./auth/authentication.ts";
import type { RouterConfig } from "./config/router-config.ts";
import { createCoprocessor } from "./coprocessor/create-coprocessor.ts";
import { type CacheMemory, createCacheMemory } from "./entity-cache/cache-memory.ts";
import { createEntityCache } from "./entity-cache/create-entity-cache.ts";
import type { PeerReader } from "./http/peer.ts";
import { createAutomaticTexts } from "./persisted-queries/automatic-texts.ts";
import { createPersistedOperations } from "./persisted-queries/persisted-operations.ts";
import { createContinuity } from "./pipeline/continuity.ts";
import { handleRequest } from "./pipeline/handle-request.ts";
import { openPlanner } from "./pipeline/open-planner.ts";
import { noOverloadGuard, type OverloadGuard } from "./pipeline/overload-guard.ts";
import { type Continuity, createPipeline, type Pipeline } from "./pipeline/pipeline.ts";
import { MemoryCounter } from "./rate-limit/memory-counter.ts";
import { createRateLimits } from "./rate-limit/rate-limits.ts";
import type { SubgraphGuards } from "./resilience/create-guards.ts";
import type { Transport } from "./subgraph-client/transport.ts";
import { createStreams } from "./subgraphs/create-streams.ts";
import { createSubgraphs } from "./subgraphs/create-subgraphs.ts";
import { buildApiSchema } from "./supergraph/api-schema.ts";
import { readSupergraph, type Subgraph } from "./supergraph/read-supergraph.ts";
import { SupergraphTypes } from "./supergraph/supergraph-types.ts";
import { noTelemetry } from "./telemetry/no-telemetry.ts";
import type { Telemetry } from "./telemetry/observer.ts";
import { createUsageReporter } from "./usage/usage-reporter.ts";

export interface RouterOptions {
  supergraphSdl: string;
  config: RouterConfig;
  telemetry?: Telemetry;
  /** Shared by all routers of a process: one that retires is still at work. */
  overload?: OverloadGuard;
  /** Shared by all routers of a process: what was counted outlives a reload. */
  rateCounts?: MemoryCounter;
  /** Shared by all routers of a process: a new one begins with the keys that the one before it has. */
  authenticationState?: AuthenticationState;
  /** Shared by all routers of a process: entities outlive reloads. */
  cacheMemory?: CacheMemory;
  /** The time by which entities age. */
  nowMs?(): number;
  /** How a subgraph in this process is reached; over HTTP where undefined. */
  transportFor?: ((subgraph: Subgraph) => Transport | undefined) | undefined;
  /** What outlives this router: its own where nothing is to. */
  continuity?: Continuity;
  /** What conditions may read of it. */
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Those of the router that this one takes over from. */
  previousGuards?: SubgraphGuards | undefined;
}

/** A router for one supergraph and one configuration. */
export interface Router {
  readonly pipeline: Pipeline;
  /** Hashes that tell one supergraph, or one configuration, from another. */
  readonly id: string;
  readonly configHash: string;
  /** Resolves once it can answer all that it is asked; it may be asked before. */
  readonly ready: Promise<unknown>;
  /** What was learned of the subgraphs' health. */
  readonly guards: SubgraphGuards;
  /** Rejects where it must not start, because what it needs is out of reach. */
  started(): Promise<void>;
  fetch(request: Request, peers?: PeerReader): Promise<Response>;
  /** Resolves once what was counted has been told. */
  close(): Promise<void>;
}

export function createRouter({
  supergraphSdl,
  config,
  telemetry = noTelemetry,
  overload = noOverloadGuard,
  rateCounts = new MemoryCounter(),
  authenticationState = createAuthenticationState(),
  cacheMemory = createCacheMemory(),
  nowMs = Date.now,
  transportFor,
  continuity = createContinuity(telemetry.meters),
  environment = {},
  previousGuards,
}: RouterOptions): Router {
  const supergraph = readSupergraph(supergraphSdl);
  const coprocessor = createCoprocessor(config.coprocessor, {
    sdl: supergraphSdl,
    environment,
    watcher: { asked: (stage, result) => telemetry.meters.coprocessorAsked(stage, result) },
  });
  const subgraphs = createSubgraphs(supergraph, {
    config,
    transportFor,
    telemetry,
    coprocessor,
    previousGuards,
  });
  const redisSurroundings = {
    meters: telemetry.meters,
    logger: telemetry.logger,
    lingerMs: config.trafficShaping.router.timeoutMs,
  };
  const rateLimits = createRateLimits(config.plugins["mycelium.rate_limit"], {
    memory: rateCounts,
    ...redisSurroundings,
  });
  const authentication = createAuthentication({
    config,
    state: authenticationState,
    meters: telemetry.meters,
    logger: telemetry.logger,
  });
  const automaticTexts = createAutomaticTexts(config.apq, redisSurroundings);
  const persistedOperations = createPersistedOperations({ config, ...telemetry });
  const types = new SupergraphTypes(supergraph.document);
  const { meters, logger } = telemetry;
  const entityCache = createEntityCache({
    config,
    supergraph,
    types,
    memory: cacheMemory,
    meters,
    logger,
    nowMs,
  });
  const plans = openPlanner(config, { supergraph, supergraphSdl, entityCache, redisSurroundings });
  const schema = buildApiSchema(supergraph.document, { offersDefer: config.supergraph.deferSupport });
  const clientHeaders = config.telemetry.apollo;
  const usage = createUsageReporter(config.plugins["mycelium.registry"], {
    clientHeaders,
    schema,
    meters,
    logger,
  });
  const pipeline = createPipeline({
    config,
    supergraph,
    schema,
    usage,
    types,
    entityCache,
    telemetry,
    overload,
    rateLimits,
    automaticTexts,
    persistedOperations,
    authentication,
    coprocessor,
    planner: plans.planner,
    subgraphs: subgraphs.calls,
    streams: createStreams(supergraph, {
      config,
      callbacks: continuity.subscriptions.callbacks,
      transportFor,
    }),
    continuity,
  });
  return {
    pipeline,
    id: Bun.hash(supergraphSdl).toString(16),
    configHash: Bun.hash(JSON.stringify(config)).toString(16),
    guards: subgraphs.guards,
    async started() {
      await Promise.all([
        rateLimits?.started(),
        automaticTexts.started(),
        plans.started(),
        entityCache?.started(),
      ]);
    },
    fetch: (request, peers) => handleRequest(pipeline, request, peers),
    ready: authentication.ready,
    async close() {
      authentication.close();
      rateLimits?.close();
      automaticTexts.close();
      plans.close();
      persistedOperations?.close();
      entityCache?.close();
      subgraphs.close();
      coprocessor.close();
      await usage?.close();
    },
  };
}
