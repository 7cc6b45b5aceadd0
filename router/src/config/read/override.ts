import { type ConfigNode, emptyMap, type MapNode, nodeOf, type ScalarValue } from "./config-node.ts";

export interface Override {
  readonly path: readonly string[];
  readonly value: ScalarValue;
}

/** What `--dev` sets, whatever the file says. */
export const devOverrides: readonly Override[] = [
  { path: ["plugins", "experimental.expose_query_plan"], value: true },
  { path: ["include_subgraph_errors", "all"], value: true },
  {
    path: ["telemetry", "exporters", "tracing", "experimental_response_trace_id", "enabled"],
    value: true,
  },
  { path: ["supergraph", "introspection"], value: true },
  { path: ["sandbox", "enabled"], value: true },
  { path: ["homepage", "enabled"], value: false },
  { path: ["connectors", "debug_extensions"], value: true },
];

const environmentPaths: Readonly<Record<string, readonly string[]>> = {
  APOLLO_USAGE_REPORTING_INGRESS_URL: ["telemetry", "apollo", "endpoint"],
  APOLLO_USAGE_REPORTING_OTLP_INGRESS_URL: ["telemetry", "apollo", "experimental_otlp_endpoint"],
};

export function environmentOverrides(environment: Readonly<Record<string, string | undefined>>): Override[] {
  return Object.entries(environmentPaths).flatMap(([variable, path]) => {
    const value = environment[variable];
    return value === undefined ? [] : [{ path, value }];
  });
}

export function applyOverrides(root: MapNode, overrides: readonly Override[]): MapNode {
  return overrides.reduce((map, { path, value }) => withValue(map, path, value), root);
}

function withValue(map: MapNode, [key, ...rest]: readonly string[], value: ScalarValue): MapNode {
  if (key === undefined) {
    return map;
  }
  const existing = map.entries.get(key);
  const node: ConfigNode = rest.length === 0 ? nodeOf(value) : withValue(asMap(existing?.node), rest, value);
  const entries = new Map(map.entries);
  entries.set(key, {
    keyPosition: existing?.keyPosition,
    node: { ...node, position: existing?.node.position },
  });
  return { ...map, entries };
}

function asMap(node: ConfigNode | undefined): MapNode {
  return node?.kind === "map" ? node : emptyMap();
}
