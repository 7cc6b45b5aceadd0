import type { RouterConfig } from "../config/router-config.ts";
import type { Health } from "../http/health.ts";
import { renderLandingPage, wantsPage } from "../http/landing-page.ts";
import type { Telemetry } from "../telemetry/observer.ts";
import type { Endpoint } from "./listeners.ts";

export interface EndpointParts {
  config: RouterConfig;
  health: Health;
  telemetry: Telemetry;
  handleGraphql(request: Request): Promise<Response>;
}

/** Everything that the process answers, the endpoint for clients first. */
export function createEndpoints({
  config,
  health,
  telemetry,
  handleGraphql,
}: EndpointParts): [Endpoint, ...Endpoint[]] {
  const graphql: Endpoint = {
    listen: config.supergraph.listen,
    path: config.supergraph.path,
    tls: serverCertificate(config),
    handle: withLandingPage(config, countShed(health, handleGraphql)),
  };
  const others: Endpoint[] = [];
  const { healthCheck } = config;
  if (healthCheck.enabled) {
    others.push({
      listen: healthCheck.listen,
      path: healthCheck.path,
      handle: (request) => health.answer(request),
    });
  }
  const { prometheus } = config.telemetry.exporters.metrics;
  if (prometheus.enabled) {
    others.push({ listen: prometheus.listen, path: prometheus.path, handle: () => writeMetrics(telemetry) });
  }
  return [graphql, ...others];
}

type Handle = (request: Request) => Response | Promise<Response>;

function withLandingPage(config: RouterConfig, handle: Handle): Handle {
  if (!config.homepage.enabled && !config.sandbox.enabled) return handle;
  const page = renderLandingPage({
    graphRef: config.homepage.graphRef,
    offersIntrospection: config.supergraph.introspection,
  });
  const headers = { "content-type": "text/html; charset=utf-8", vary: "origin" };
  return (request) => (wantsPage(request) ? new Response(page, { headers }) : handle(request));
}

function countShed(health: Health, handle: (request: Request) => Promise<Response>): Handle {
  return async (request) => {
    const response = await handle(request);
    if (response.status === 503 || response.status === 504) health.countShed();
    return response;
  };
}

function serverCertificate({ tls }: RouterConfig): Endpoint["tls"] {
  if (!tls.supergraph) return undefined;
  const { certificate, certificateChain, key } = tls.supergraph;
  return { cert: `${certificate}\n${certificateChain}`, key };
}

function writeMetrics(telemetry: Telemetry): Response {
  return new Response(telemetry.renderPrometheus(), {
    headers: { "content-type": "text/plain; version=0.0.4" },
  });
}
