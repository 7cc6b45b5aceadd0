import type { ClientConnections } from "../client-connections/client-connections.ts";
import type { RouterConfig } from "../config/router-config.ts";
import { activeCache } from "../entity-cache/create-entity-cache.ts";
import { answerHealth, type Health } from "../http/health.ts";
import { renderLandingPage, wantsPage } from "../http/landing-page.ts";
import type { PeerReader } from "../http/peer.ts";
import { answerCallback } from "../subgraph-streams/answer-callback.ts";
import type { Callbacks } from "../subgraph-streams/callbacks.ts";
import type { Endpoint } from "./endpoint.ts";

export interface EndpointParts {
  config: RouterConfig;
  health: Health;
  handleGraphql(request: Request, peers?: PeerReader): Promise<Response>;
  connections: ClientConnections;
  callbacks: Callbacks;
  isReady(): boolean | Promise<boolean>;
  renderMetrics(): string | Promise<string>;
  /** Undefined where nobody may invalidate by request. */
  answerInvalidation?: ((request: Request) => Promise<Response>) | undefined;
}

/** Everything that the process answers, the endpoint for clients first. */
export function createEndpoints({
  config,
  health,
  handleGraphql,
  connections,
  callbacks,
  isReady,
  renderMetrics,
  answerInvalidation,
}: EndpointParts): [Endpoint, ...Endpoint[]] {
  const graphql: Endpoint = {
    name: "GraphQL endpoint",
    listen: config.supergraph.listen,
    path: config.supergraph.path,
    tls: serverCertificate(config),
    answerTimeoutMs: config.trafficShaping.router.timeoutMs,
    handle: withLandingPage(
      config,
      withEventConnections(config, connections, countShed(health, handleGraphql)),
    ),
    ...(isStreaming(config) && { upgrade: (request, peers) => connections.upgrade(request, peers) }),
    // As Apollo Router does, preflights are answered on every path.
    handleElsewhere: (request) => (request.method === "OPTIONS" ? handleGraphql(request) : undefined),
  };
  const others: Endpoint[] = [];
  const { healthCheck } = config;
  if (healthCheck.enabled) {
    others.push({
      name: "Health check",
      listen: healthCheck.listen,
      path: healthCheck.path,
      handle: (request) => answerHealth(request, isReady),
    });
  }
  const { prometheus } = config.telemetry.exporters.metrics;
  if (prometheus.enabled) {
    others.push({
      name: "Prometheus endpoint",
      listen: prometheus.listen,
      path: prometheus.path,
      handle: () => writeMetrics(renderMetrics),
    });
  }
  const invalidation = activeCache(config)?.invalidation;
  if (answerInvalidation && invalidation) {
    others.push({ name: "Cache invalidation", ...invalidation, handle: answerInvalidation });
  }
  const callback = isStreaming(config) ? config.subscription?.mode.callback : undefined;
  if (callback) {
    others.push({
      name: "Subscription callback",
      listen: callback.listen,
      path: `${callback.path}/:callback`,
      handle: (request) => answerCallback(callbacks, request, config.limits.httpMaxRequestBytes),
    });
  }
  return [graphql, ...others];
}

function isStreaming({ subscription }: RouterConfig): boolean {
  return subscription?.enabled === true;
}

function withEventConnections(config: RouterConfig, { events }: ClientConnections, handle: Handle): Handle {
  if (!isStreaming(config)) return handle;
  return (request, peers) => events.handle(request, peers) ?? handle(request, peers);
}

type Handle = Endpoint["handle"];

function withLandingPage(config: RouterConfig, handle: Handle): Handle {
  if (!config.homepage.enabled && !config.sandbox.enabled) return handle;
  const page = renderLandingPage({
    graphRef: config.homepage.graphRef,
    offersIntrospection: config.supergraph.introspection,
  });
  const headers = { "content-type": "text/html; charset=utf-8", vary: "origin" };
  return (request, peers) => (wantsPage(request) ? new Response(page, { headers }) : handle(request, peers));
}

function countShed(health: Health, handle: EndpointParts["handleGraphql"]): Handle {
  return async (request, peers) => {
    const response = await handle(request, peers);
    if (response.status === 503 || response.status === 504) health.countShed();
    return response;
  };
}

function serverCertificate({ tls }: RouterConfig): Endpoint["tls"] {
  if (!tls.supergraph) return undefined;
  const { certificate, certificateChain, key } = tls.supergraph;
  return { cert: `${certificate}\n${certificateChain}`, key };
}

async function writeMetrics(render: EndpointParts["renderMetrics"]): Promise<Response> {
  return new Response(await render(), {
    headers: { "content-type": "text/plain; version=0.0.4" },
  });
}
