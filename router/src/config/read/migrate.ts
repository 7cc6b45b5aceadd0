import type { Position, Problem } from "../problem.ts";
import { emptyMap, type MapEntry, type MapNode } from "./config-node.ts";
import { listAt, nodeAt, putEntry, takeEntry } from "./node-path.ts";

/** Rewrites the keys of earlier 2.x releases in place; one note for each key that was rewritten. */
export function migrateTree(root: MapNode): Problem[] {
  fillEmptyPlugins(root);
  return [
    ...migrateJwtIssuers(root),
    ...moves.flatMap((move) => applyMove(root, move)),
    ...migrateCorsOrigins(root),
    ...migrateHeaderLists(root),
  ];
}

/** `plugins:` with nothing below it has always been allowed, unlike any other section. */
function fillEmptyPlugins(root: MapNode): void {
  const plugins = root.entries.get("plugins");
  if (plugins?.node.kind === "scalar" && plugins.node.value === null) {
    plugins.node = emptyMap(plugins.node.position);
  }
}

interface Move {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

const limitNames = [
  "http_max_request_bytes",
  "max_depth",
  "max_height",
  "max_root_fields",
  "max_aliases",
  "warn_only",
  "parser_max_recursion",
  "parser_max_tokens",
  "http1_max_request_headers",
  "http1_max_request_buf_size",
  "http2_max_headers_list_bytes",
  "introspection_max_depth",
];

const usageReports = ["telemetry", "apollo", "metrics", "usage_reports", "batch_processor"];
const cacheInstruments = ["telemetry", "instrumentation", "instruments", "cache"];

/** In order: what one moves, a later one may move on. */
const moves: readonly Move[] = [
  { from: ["subscription", "enable_deduplication"], to: ["subscription", "deduplication", "enabled"] },
  {
    from: ["telemetry", "apollo", "experimental_subgraph_metrics"],
    to: ["telemetry", "apollo", "preview_subgraph_metrics"],
  },
  {
    from: ["telemetry", "apollo", "preview_subgraph_metrics"],
    to: ["telemetry", "apollo", "subgraph_metrics"],
  },
  {
    from: [...cacheInstruments, "apollo.router.operations.response.cache"],
    to: [...cacheInstruments, "apollo.router.response.cache"],
  },
  { from: ["preview_response_cache"], to: ["response_cache"] },
  ...limitNames.map((name) => ({ from: ["limits", name], to: ["limits", "router", name] })),
  {
    from: ["subscription", "deduplication", "enabled"],
    to: ["subscription", "deduplication", "all", "enabled"],
  },
  {
    from: ["subscription", "deduplication", "ignored_headers"],
    to: ["subscription", "deduplication", "all", "ignored_headers"],
  },
  {
    from: ["persisted_queries", "experimental_local_manifests"],
    to: ["persisted_queries", "local_manifests"],
  },
  {
    from: ["telemetry", "apollo", "batch_processor"],
    to: ["telemetry", "apollo", "tracing", "batch_processor"],
  },
];

function applyMove(root: MapNode, { from, to }: Move): Problem[] {
  const entry = takeEntry(root, from);
  if (entry === undefined) {
    return [];
  }
  if (from.includes("batch_processor")) {
    copyUsageReportKeys(root, entry);
  }
  putEntry(root, to, entry);
  return [renamed(entry.keyPosition, from.join("."), to.join("."))];
}

/** The one processor of earlier releases became three, which share some of its keys. */
function copyUsageReportKeys(root: MapNode, { node }: MapEntry): void {
  if (node.kind !== "map") {
    return;
  }
  const otlp = usageReports.map((key) => (key === "usage_reports" ? "otlp" : key));
  for (const [key, entry] of node.entries) {
    if (["scheduled_delay", "max_export_timeout", "max_queue_size"].includes(key)) {
      putEntry(root, [...usageReports, key], entry);
    }
    if (["scheduled_delay", "max_export_timeout"].includes(key)) {
      putEntry(root, [...otlp, key], entry);
    }
  }
}

function migrateCorsOrigins(root: MapNode): Problem[] {
  return ["origins", "match_origins"].flatMap((key) => {
    const entry = takeEntry(root, ["cors", key]);
    if (entry === undefined) {
      return [];
    }
    const policies = listAt(root, ["cors", "policies"], entry.keyPosition);
    policies?.items.push({ kind: "map", position: entry.keyPosition, entries: new Map([[key, entry]]) });
    return [renamed(entry.keyPosition, `cors.${key}`, `cors.policies[].${key}`)];
  });
}

function migrateJwtIssuers(root: MapNode): Problem[] {
  const jwks = nodeAt(root, ["authentication", "router", "jwt", "jwks"]);
  if (jwks?.kind !== "list") {
    return [];
  }
  return jwks.items.flatMap((item, index) => {
    const issuer = item.kind === "map" ? item.entries.get("issuer") : undefined;
    if (item.kind !== "map" || issuer === undefined) {
      return [];
    }
    item.entries.delete("issuer");
    const issuers = listAt(item, ["issuers"], issuer.keyPosition);
    issuers?.items.push(issuer.node);
    const path = `authentication.router.jwt.jwks[${index}]`;
    return [renamed(issuer.keyPosition, `${path}.issuer`, `${path}.issuers[]`)];
  });
}

/** `request: [...]` became `request: {operations: [...]}`. */
function migrateHeaderLists(root: MapNode): Problem[] {
  const holders = [
    ["headers", "all"],
    ...namesAt(root, ["headers", "subgraphs"]),
    ["headers", "connector", "all"],
    ...namesAt(root, ["headers", "connector", "sources"]),
  ];
  return holders.flatMap((path) => {
    const holder = nodeAt(root, path);
    const request = holder?.kind === "map" ? holder.entries.get("request") : undefined;
    if (request?.node.kind !== "list") {
      return [];
    }
    const { keyPosition, node } = request;
    request.node = {
      kind: "map",
      position: keyPosition,
      entries: new Map([["operations", { keyPosition, node }]]),
    };
    const oldPath = [...path, "request"].join(".");
    return [renamed(keyPosition, oldPath, `${oldPath}.operations`)];
  });
}

function renamed(position: Position | undefined, path: string, newPath: string): Problem {
  return { position, path, message: `is an older key; use "${newPath}"` };
}

function namesAt(root: MapNode, path: readonly string[]): string[][] {
  const node = nodeAt(root, path);
  return node?.kind === "map" ? [...node.entries.keys()].map((name) => [...path, name]) : [];
}
