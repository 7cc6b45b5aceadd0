import type { AuthenticationState } from "../auth/authentication.ts";
import { ClientConnections } from "../client-connections/client-connections.ts";
import { type ConnectionHost, createConnectionHost } from "../client-connections/connection-host.ts";
import type { RouterConfig } from "../config/router-config.ts";
import type { CacheMemory } from "../entity-cache/cache-memory.ts";
import type { DomainEvent } from "../entity-cache/invalidation/events.ts";
import { createHealth, type Health } from "../http/health.ts";
import { ManifestError } from "../persisted-queries/manifest.ts";
import { createContinuity } from "../pipeline/continuity.ts";
import type { OverloadGuard } from "../pipeline/overload-guard.ts";
import type { Continuity } from "../pipeline/pipeline.ts";
import { warmUp, warmUpListed } from "../pipeline/warm-up.ts";
import type { MemoryCounter } from "../rate-limit/memory-counter.ts";
import { createRouter, type Router, type RouterOptions } from "../router.ts";
import { SupergraphError } from "../supergraph/read-supergraph.ts";
import type { Telemetry } from "../telemetry/observer.ts";
import { telemetryOf } from "../telemetry/telemetry-of.ts";
import type { Endpoint } from "./endpoint.ts";
import { createEndpoints } from "./endpoints.ts";
import type { Listeners } from "./listeners.ts";
import { removeStaleSockets } from "./stale-sockets.ts";
import type { Address, SharedAnswers } from "./surroundings.ts";

/** What the router is made from. */
export interface Inputs {
  config: RouterConfig;
  supergraphSdl: string;
}

export interface LiveRouterParts {
  listeners: Listeners;
  telemetry: Telemetry;
  overload: OverloadGuard;
  rateCounts: MemoryCounter;
  authenticationState: AuthenticationState;
  cacheMemory: CacheMemory;
  environment?: RouterOptions["environment"];
  transportFor?: RouterOptions["transportFor"];
  /** Left out by a process that serves alone. */
  shared?: SharedAnswers | undefined;
}

interface Generation {
  config: RouterConfig;
  router: Router;
  health: Health;
  endpoints: readonly [Endpoint, ...Endpoint[]];
  /** What connections of many operations use while this generation serves. */
  host: ConnectionHost;
  stopCounting(): void;
}

/** The router that serves now. A new one takes over as a whole, or not at all. */
export class LiveRouter {
  private readonly continuity: Continuity;
  private readonly connections: ClientConnections;
  private generation: Generation | undefined;
  private isDraining = false;

  constructor(private readonly parts: LiveRouterParts) {
    this.continuity = createContinuity(parts.telemetry.meters);
    this.connections = new ClientConnections(() => this.connectionHost(), {
      isShared: parts.shared !== undefined,
    });
  }

  /** Throws, and changes nothing, where the inputs make no router. */
  async take({ config, supergraphSdl }: Inputs): Promise<void> {
    const startedMs = performance.now();
    const previousGuards = this.generation?.router.guards;
    const { listeners: _, shared: __, ...lasting } = this.parts;
    const { telemetry } = lasting;
    const parts = { ...lasting, continuity: this.continuity, previousGuards };
    const router = makeRouter({ config, supergraphSdl }, parts);
    const loadedMs = performance.now() - startedMs;
    const health = createHealth(config.healthCheck);
    const endpoints = createEndpoints({
      config,
      health,
      handleGraphql: router.fetch,
      answerInvalidation: router.pipeline.entityCache?.answerInvalidation,
      connections: this.connections,
      callbacks: this.continuity.subscriptions.callbacks,
      isReady: this.parts.shared?.isReady ?? (() => this.isReady),
      renderMetrics: this.parts.shared?.renderMetrics ?? (() => telemetry.renderPrometheus()),
    });
    try {
      await router.started();
      // Not for ever: what others publish may be out of reach, and keys are looked for again and again.
      await Promise.race([router.ready, Bun.sleep(readyWaitMs)]);
      if (this.generation) await warmUp(router.pipeline, this.generation.router.pipeline);
      await warmUpListed(router.pipeline, this.generation ? "onReload" : "onStartup");
      await removeStaleSockets(endpoints);
      if (this.isDraining) throw new Error("the router is stopping");
      this.changeOver(config, endpoints);
    } catch (error) {
      void router.close();
      health.close();
      throw error;
    }
    telemetry.meters.schemaLoaded(loadedMs);
    const stopCounting = countPipeline(router, telemetry);
    const previous = this.generation;
    const host = createConnectionHost(router.pipeline);
    this.generation = { config, router, health, endpoints, host, stopCounting };
    this.continuity.serving = router.pipeline;
    // Requests under way keep the router that they started with; its connections close behind them.
    if (previous) {
      void retire(previous);
      collectLater();
      await this.continuity.subscriptions.renew();
    }
  }

  /** Where clients come in is last, and then all is open. */
  get addresses(): Address[] {
    const { listeners } = this.parts;
    return [...(this.generation?.endpoints ?? [])]
      .reverse()
      .map((endpoint) => ({ name: endpoint.name, url: listeners.urlOf(endpoint) }));
  }

  /** Of the platform's events those that make something of the cache untrue. */
  get cacheEventTypes(): string[] {
    return Object.keys(this.generation?.config.plugins["mycelium.cache"].events ?? {});
  }

  /** To be called for each of them. Resolves to how many entries are served no more. */
  async handleCacheEvent(event: DomainEvent): Promise<number> {
    return (await this.generation?.router.pipeline.entityCache?.handleEvent(event)) ?? 0;
  }

  get isReady(): boolean {
    return !this.isDraining && this.generation?.health.isReady() === true;
  }

  /** Finishes what is under way, for as long as the configuration allows. */
  async drain(): Promise<void> {
    this.isDraining = true;
    if (!this.generation) return;
    const { config, endpoints } = this.generation;
    const drained = this.parts.listeners.drain(endpoints[0], config.supergraph.connectionShutdownTimeoutMs);
    this.continuity.subscriptions.drain();
    await Promise.all([this.connections.drain(), drained]);
  }

  async close(): Promise<void> {
    const { generation } = this;
    this.generation = undefined;
    if (generation) await retire(generation);
  }

  private connectionHost(): ConnectionHost {
    if (!this.generation) throw new Error("a connection came before the router served");
    return this.generation.host;
  }

  /** Last of all what others can see, and that only if all of it works. */
  private changeOver(config: RouterConfig, endpoints: readonly Endpoint[]): void {
    const { telemetry, listeners } = this.parts;
    telemetry.reconfigure(telemetryOf(config));
    try {
      listeners.replace(endpoints, config.supergraph.connectionShutdownTimeoutMs);
    } catch (error) {
      if (this.generation) telemetry.reconfigure(telemetryOf(this.generation.config));
      throw error;
    }
  }
}

const readyWaitMs = 5_000;

type RouterParts = Omit<RouterOptions, keyof Inputs>;

function makeRouter(inputs: Inputs, parts: RouterParts): Router {
  try {
    return createRouter({ ...inputs, ...parts });
  } catch (error) {
    if (error instanceof SupergraphError || error instanceof ManifestError) throw error;
    const [line = ""] = String(error instanceof Error ? error.message : error).split("\n");
    throw new SupergraphError(`the supergraph cannot be used: ${line}`, { cause: error });
  }
}

const collectDelayMs = 2_000;
let collecting: ReturnType<typeof setTimeout> | undefined;

/** What a planner holds in native memory goes with it, but the garbage collector does not feel its weight. */
function collectLater(): void {
  clearTimeout(collecting);
  collecting = setTimeout(() => Bun.gc(false), collectDelayMs);
  collecting.unref();
}

async function retire({ router, health, stopCounting }: Generation): Promise<void> {
  const closed = router.close();
  health.close();
  stopCounting();
  await closed;
}

function countPipeline({ pipeline, id, configHash }: Router, { meters }: Telemetry): () => void {
  const { operations, automaticTexts, introspections } = pipeline;
  const endings = [
    meters.pipelineStarted({ schemaId: id, configHash }),
    meters.watchCache("query planner", "memory", () => ({ entries: operations.size })),
    meters.watchCache("APQ", "memory", () => ({
      entries: automaticTexts.size,
      bytes: automaticTexts.weight,
    })),
    meters.watchCache("introspection", "memory", () => ({
      entries: introspections.size,
      bytes: introspections.weight,
    })),
  ];
  return () => {
    for (const end of endings) end();
  };
}
