import { forSubgraph, type RouterConfig } from "../config/router-config.ts";
import { SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import type { Transport } from "../subgraph-client/transport.ts";
import { type Subgraph, type Supergraph, SupergraphError } from "../supergraph/read-supergraph.ts";
import { type CallOneSubgraph, compileSubgraphCall } from "./call-subgraph.ts";
import { createTransport } from "./create-transport.ts";

export interface SubgraphSurroundings {
  config: RouterConfig;
  /** How a subgraph in this process is reached; over the network where undefined. */
  transportFor?: ((subgraph: Subgraph) => Transport | undefined) | undefined;
}

export interface Subgraphs {
  calls: ReadonlyMap<string, CallOneSubgraph>;
  close(): void;
}

/** Every subgraph of the supergraph, ready to be called as configured. */
export function createSubgraphs(
  supergraph: Supergraph,
  { config, transportFor }: SubgraphSurroundings,
): Subgraphs {
  const transports: Transport[] = [];
  const calls = new Map(
    supergraph.subgraphs.map((subgraph) => {
      const url = urlOf(subgraph, config);
      const shaping = forSubgraph(config, subgraph.name);
      const transport = transportFor?.(subgraph) ?? createTransport(config, subgraph.name, url);
      transports.push(transport);
      const client = new SubgraphClient({
        url,
        transport,
        timeoutMs: shaping.timeoutMs,
        answerBytesMax: answerBytesMax(config, subgraph.name),
        deduplicateQueries: shaping.deduplicateQuery,
        compression: shaping.compression,
        rateLimit: shaping.globalRateLimit,
      });
      const call = compileSubgraphCall({ name: subgraph.name, config, client, url });
      return [subgraph.name, call] as const;
    }),
  );
  return {
    calls,
    close() {
      for (const transport of transports) transport.close();
    },
  };
}

export function urlOf({ name, url }: Subgraph, { overrideSubgraphUrl }: RouterConfig): URL {
  const text = overrideSubgraphUrl[name] ?? url;
  if (text === "") {
    throw new SupergraphError(
      `the subgraph ${name} has no URL: give it one in the supergraph or in override_subgraph_url`,
    );
  }
  try {
    return new URL(text);
  } catch {
    throw new SupergraphError(`the URL of subgraph ${name} is not valid: ${text}`);
  }
}

/** Apollo Router has no limit unless configured; an answer without end must not end the process. */
const answerBytesMaxDefault = 256 * 1024 * 1024;

function answerBytesMax({ limits }: RouterConfig, name: string): number {
  const own = Object.hasOwn(limits.subgraph.subgraphs, name) ? limits.subgraph.subgraphs[name] : undefined;
  return (
    own?.httpMaxResponseSizeBytes ?? limits.subgraph.all.httpMaxResponseSizeBytes ?? answerBytesMaxDefault
  );
}
