import type { RouterConfig } from "../config/router-config.ts";
import { resilienceFor } from "../config/sections/mycelium/resilience.ts";
import type { Telemetry } from "../telemetry/observer.ts";
import { type GuardParts, type GuardWatcher, SubgraphGuard } from "./subgraph-guard.ts";

/** By subgraph; one without any protection has none. */
export type SubgraphGuards = ReadonlyMap<string, KeyedGuard>;

interface KeyedGuard {
  guard: SubgraphGuard;
  /** Everything that makes it the guard of the same subgraph under the same rules. */
  key: string;
}

export interface GuardsOptions {
  config: RouterConfig;
  /** By subgraph. */
  urls: ReadonlyMap<string, URL>;
  telemetry: Telemetry;
  /** Those of the configuration before this one. */
  previous: SubgraphGuards | undefined;
}

/**
 * A reload must not forget that a subgraph is down, nor how many calls it has: where nothing about a subgraph
 * changed, its guard is carried over, calls under way included.
 */
export function createGuards({ config, urls, telemetry, previous }: GuardsOptions): SubgraphGuards {
  const resilience = config.plugins["mycelium.resilience"];
  const guards = new Map<string, KeyedGuard>();
  if (!resilience) return guards;
  const parts: GuardParts = { ...clockAndChance, watcher: watchGuards(telemetry) };
  for (const [name, url] of urls) {
    const settings = resilienceFor(resilience, name);
    if (!Object.values(settings).some((part) => part !== undefined)) continue;
    const key = JSON.stringify([url.href, settings]);
    const known = previous?.get(name);
    guards.set(name, known?.key === key ? known : { guard: new SubgraphGuard(name, settings, parts), key });
  }
  return guards;
}

const clockAndChance = { nowMs: () => performance.now(), random: Math.random };

function watchGuards({ logger, meters }: Telemetry): GuardWatcher {
  return {
    circuitChanged(subgraph, { from, to, reason }) {
      meters.circuitChanged(subgraph, to);
      const fields = { subgraph, from, to };
      const message = `circuit of subgraph ${subgraph} is ${to.replace("_", " ")}: ${reason}`;
      if (to === "open") logger.warn(fields, message);
      else logger.info(fields, message);
    },
    refused: (subgraph, reason) => meters.subgraphCallRefused(subgraph, reason),
    retried: (subgraph, outcome) => meters.subgraphCallRetried(subgraph, outcome),
  };
}
