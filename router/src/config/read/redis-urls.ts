import type { ConfigNode, MapNode } from "./config-node.ts";
import { nodesAt } from "./node-path.ts";

/** Where the file may say which Redis to use; `*` is any name. */
const redisPlaces: readonly (readonly string[])[] = [
  ["supergraph", "query_planning", "cache", "redis"],
  ["apq", "router", "cache", "redis"],
  ["response_cache", "subgraph", "all", "redis"],
  ["response_cache", "subgraph", "subgraphs", "*", "redis"],
  ["preview_entity_cache", "subgraph", "all", "redis"],
  ["preview_entity_cache", "subgraph", "subgraphs", "*", "redis"],
  ["plugins", "mycelium.rate_limit", "redis"],
];

const redisVariable = "REDIS_URL";

/** Where the file says `redis:` but not where it is, the environment does. */
export function fillRedisUrls(
  root: MapNode,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const url = environment[redisVariable];
  if (url === undefined || url === "") return;
  for (const place of redisPlaces) {
    for (const node of nodesAt(root, place)) {
      if (node.kind !== "map" || node.entries.has("urls")) continue;
      const urls: ConfigNode = {
        kind: "list",
        position: node.position,
        items: [
          { kind: "scalar", position: node.position, value: url, unexpanded: `\${env.${redisVariable}}` },
        ],
      };
      node.entries.set("urls", { keyPosition: undefined, node: urls });
    }
  }
}
