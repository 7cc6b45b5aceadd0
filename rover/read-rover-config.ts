import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

export interface ConfiguredSubgraph {
  name: string;
  routingUrl: string;
  /** The file of its schema, as a whole path. */
  file: string;
}

/** The subgraphs of a rover.config.yaml. */
export function readRoverConfig(path: string): ConfiguredSubgraph[] {
  const { subgraphs = {} } = parse(readFileSync(path, "utf8")) as {
    subgraphs?: Record<string, { routing_url: string; schema: { file: string } }>;
  };
  return Object.entries(subgraphs).map(([name, { routing_url: routingUrl, schema }]) => ({
    ...{ name, routingUrl },
    file: join(dirname(path), schema.file),
  }));
}
