import type { RouterConfig } from "../config/router-config.ts";
import { createHealth, type Health } from "../http/health.ts";
import { createRouter, type Router } from "../router.ts";
import type { Telemetry } from "../telemetry/observer.ts";
import { createEndpoints } from "./endpoints.ts";
import type { Endpoint, Listeners } from "./listeners.ts";

/** What the router is made from. */
export interface Inputs {
  config: RouterConfig;
  supergraphSdl: string;
}

interface Generation {
  router: Router;
  health: Health;
  endpoint: Endpoint;
  stopCounting(): void;
}

/** The router that serves now. A new one takes over as a whole, or not at all. */
export class LiveRouter {
  private generation: Generation | undefined;

  constructor(
    private readonly listeners: Listeners,
    private readonly telemetry: Telemetry,
  ) {}

  /** Throws, and changes nothing, where the inputs make no router. */
  take(inputs: Inputs): void {
    const startedMs = performance.now();
    const { telemetry } = this;
    const router = createRouter({ ...inputs, telemetry });
    telemetry.meters.schemaLoaded(performance.now() - startedMs);
    const health = createHealth(inputs.config.healthCheck);
    const endpoints = createEndpoints({
      config: inputs.config,
      health,
      telemetry,
      handleGraphql: router.fetch,
    });
    this.listeners.replace(endpoints);
    const stopCounting = telemetry.meters.pipelineStarted({
      schemaId: router.id,
      configHash: router.configHash,
    });
    const previous = this.generation;
    this.generation = { router, health, endpoint: endpoints[0], stopCounting };
    // Requests under way keep the router that they started with; its connections close behind them.
    if (previous) retire(previous);
  }

  get url(): string {
    return this.generation ? this.listeners.urlOf(this.generation.endpoint) : "";
  }

  startDraining(): void {
    this.generation?.health.startDraining();
  }

  close(): void {
    if (this.generation) retire(this.generation);
    this.generation = undefined;
  }
}

function retire({ router, health, stopCounting }: Generation): void {
  router.close();
  health.close();
  stopCounting();
}
