import { forSubgraph, type RouterConfig } from "../config/router-config.ts";
import type { Coprocessor } from "../coprocessor/create-coprocessor.ts";
import { createGuards, type SubgraphGuards } from "../resilience/create-guards.ts";
import { GuardedTransport } from "../resilience/guarded-transport.ts";
import { SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import type { Transport } from "../subgraph-client/transport.ts";
import { type Subgraph, type Supergraph, SupergraphError } from "../supergraph/read-supergraph.ts";
import type { Telemetry } from "../telemetry/observer.ts";
import { type CallOneSubgraph, compileSubgraphCall } from "./call-subgraph.ts";
import { createTransport } from "./create-transport.ts";
import { createMocks } from "./mock-transport.ts";

export interface SubgraphSurroundings {
  config: RouterConfig;
  /** How a subgraph in this process is reached; over the network where undefined. */
  transportFor?: ((subgraph: Subgraph) => Transport | undefined) | undefined;
  telemetry: Telemetry;
  coprocessor: Coprocessor;
  /** Those of the router before this one. */
  previousGuards: SubgraphGuards | undefined;
}

export interface Subgraphs {
  calls: ReadonlyMap<string, CallOneSubgraph>;
  guards: SubgraphGuards;
  close(): void;
}

/** Every subgraph of the supergraph, ready to be called as configured. */
export function createSubgraphs(
  supergraph: Supergraph,
  { config, transportFor, telemetry, coprocessor, previousGuards: previous }: SubgraphSurroundings,
): Subgraphs {
  const transports: Transport[] = [];
  const urls = new Map(supergraph.subgraphs.map((subgraph) => [subgraph.name, urlOf(subgraph, config)]));
  const mocks = createMocks(config, supergraph.document);
  const guards = createGuards({ config, urls, telemetry, previous });
  const calls = new Map(
    supergraph.subgraphs.map((subgraph) => {
      const url = urls.get(subgraph.name)!;
      const shaping = forSubgraph(config, subgraph.name);
      const plain =
        mocks?.(subgraph.name) ?? transportFor?.(subgraph) ?? createTransport(config, subgraph.name, url);
      const guard = guards.get(subgraph.name)?.guard;
      const transport = guard ? new GuardedTransport(plain, guard) : plain;
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
      const call = compileSubgraphCall({
        name: subgraph.name,
        config,
        client,
        url,
        repeats: guard?.settings.retry !== undefined,
        coprocessor: coprocessor.subgraph,
        logger: telemetry.logger,
      });
      return [subgraph.name, call] as const;
    }),
  );
  const stopWatching = telemetry.meters.watchSubgraphs(() =>
    [...guards.values()].map(({ guard }) => guard.figures),
  );
  return {
    calls,
    guards,
    close() {
      stopWatching();
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
