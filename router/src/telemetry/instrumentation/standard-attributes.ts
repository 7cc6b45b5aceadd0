import { STATUS_CODES } from "node:http";
import { isIP } from "node:net";
import type { ObservedRequest } from "../observer.ts";
import type { RequirementLevel } from "../telemetry-options.ts";
import { formatTraceId } from "../traces/trace-id.ts";
import { readCost } from "./cost.ts";
import {
  bodyBytes,
  type FetchFacts,
  type Level,
  type ReadValue,
  type RequestFacts,
  readHeader,
} from "./facts.ts";
import { fieldName, fieldTypeName, listLength, parentTypeName } from "./field-selectors.ts";

/** Attributes that the router knows by name, and their readers. */
export const standardAttributes: Readonly<Record<Level, Readonly<Record<string, ReadValue>>>> = {
  router: {
    "client.name": ({ request, clientHeaders }) =>
      readHeader(request.headers, clientHeaders.clientNameHeader),
    "client.version": ({ request, clientHeaders }) =>
      readHeader(request.headers, clientHeaders.clientVersionHeader),
    "dd.trace_id": ({ traceId }) => traceId && formatTraceId(traceId, "datadog"),
    "error.type": ({ response, failure }) =>
      response && response.status >= 400
        ? (STATUS_CODES[response.status] ?? String(response.status))
        : failure,
    "http.request.body.size": ({ request }) => bodyBytes(request.bodyBytes, request.headers),
    "http.request.method": ({ request }) => request.method,
    "http.response.body.size": ({ response }) => bodyBytes(response?.bytes, response?.headers),
    "http.response.status_code": ({ response }) => response?.status,
    "http.route": ({ request }) => request.path,
    "network.local.address": ({ request }) => request.serverAddress,
    "network.local.port": ({ request }) => request.serverPort,
    "network.peer.address": ({ request }) => peerOf(request)?.address,
    "network.peer.port": ({ request }) => peerOf(request)?.port,
    "network.protocol.name": () => "http",
    "network.transport": () => "tcp",
    "network.type": ({ request }) => addressForms[isIP(request.serverAddress ?? "")],
    "server.address": ({ request }) => request.serverAddress,
    "server.port": ({ request }) => request.serverPort,
    trace_id: ({ traceId }) => traceId,
    "url.path": ({ request }) => request.path,
    "url.query": ({ request }) => queryOf(request.received?.url ?? ""),
    "url.scheme": ({ request }) => request.scheme ?? "http",
    "user_agent.original": ({ request }) => readHeader(request.headers, "user-agent"),
  },
  supergraph: {
    "graphql.document": ({ operationFacts }) => operationFacts?.document,
    "graphql.operation.name": ({ operationFacts }) => operationFacts?.name,
    "graphql.operation.type": ({ operationFacts }) => operationFacts?.kind,
    "cost.estimated": readCost.estimated,
    "cost.actual": readCost.actual,
    "cost.delta": readCost.delta,
    "cost.result": readCost.result,
  },
  subgraph: {
    // Nothing where it was sent once, as the conventions for HTTP want it.
    "http.request.resend_count": resendCount,
    "subgraph.name": (_, fetch) => fetch?.fetch.subgraph,
    "subgraph.graphql.document": (_, fetch) => fetch?.fetch.document,
    "subgraph.graphql.operation.name": (_, fetch) => fetch?.fetch.operationName,
    "subgraph.graphql.operation.type": (_, fetch) => fetch?.fetch.operationKind,
  },
  http_client: {},
  graphql: {
    "graphql.field.name": fieldName,
    "graphql.field.type": fieldTypeName,
    "graphql.type.name": parentTypeName,
    "graphql.list.length": listLength,
    "graphql.operation.name": ({ operationFacts }) => operationFacts?.name,
  },
  cache: {
    "graphql.type.name": (_, fetch) => fetch?.cacheUse?.type,
    "cache.hit": (_, fetch) => fetch?.cacheUse?.isHit,
  },
};

export function resendCount(_: RequestFacts, fetch?: FetchFacts): number | undefined {
  return fetch?.result?.resends || undefined;
}

/** By what `isIP` says. */
const addressForms: Readonly<Record<number, string>> = { 4: "ipv4", 6: "ipv6" };

function peerOf({ received, peers }: ObservedRequest) {
  return received && peers?.requestIP(received);
}

function queryOf(url: string): string | undefined {
  return /\?([^#]+)/.exec(url)?.[1];
}

const metricNames = [
  "http.request.method",
  "http.response.status_code",
  "error.type",
  "server.address",
  "server.port",
];
const spanNames = [
  ...[
    "http.request.method",
    "http.response.status_code",
    "error.type",
    "http.route",
    "url.path",
    "url.scheme",
  ],
  ...["client.name", "client.version"],
];
const spanNamesRecommended = [
  "server.address",
  "server.port",
  "user_agent.original",
  "network.protocol.name",
];

const fieldNames = ["graphql.field.name", "graphql.field.type", "graphql.type.name"];

const operationNames = ["graphql.document", "graphql.operation.name", "graphql.operation.type"];

/** What is added without being asked for. */
export function defaultAttributes(
  level: Level,
  requirement: RequirementLevel,
  signal: "spans" | "metrics",
): readonly string[] {
  if (level === "cache") return ["cache.hit"];
  if (requirement === "none" || level === "http_client") return [];
  const isRecommended = requirement === "recommended";
  // Apollo Router adds them where it is to add what is required, and only there.
  if (level === "graphql") return isRecommended ? [] : fieldNames;
  if (level === "router") {
    if (signal === "metrics") return metricNames;
    return isRecommended ? [...spanNames, ...spanNamesRecommended] : spanNames;
  }
  if (level === "supergraph") return isRecommended && signal === "spans" ? operationNames : [];
  return isRecommended && signal === "spans" ? Object.keys(standardAttributes.subgraph) : ["subgraph.name"];
}
