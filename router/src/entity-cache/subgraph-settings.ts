import type { RouterConfig } from "../config/router-config.ts";
import type { ResponseCacheConfig, SubgraphCacheConfig } from "../config/sections/response-cache.ts";
import { type BuildHeaders, compileHeaders } from "../subgraphs/propagate-headers.ts";
import type { Indexes, SecondTier } from "./parts.ts";

/** How one subgraph's answers are kept. */
export interface SubgraphSettings {
  readonly subgraph: string;
  readonly isEnabled: boolean;
  /** For answers that do not say how long they last. */
  readonly lifetimeMs: number | undefined;
  readonly privateId: PrivateIdSource | undefined;
  /** What the subgraph sees of a request: answers may be said to depend on it. */
  readonly buildHeaders: BuildHeaders;
  /** Undefined where only this process keeps them. */
  readonly tier: SecondTier | undefined;
  readonly indexes: Indexes;
}

/** What tells one caller of private data from another. */
export type PrivateIdSource =
  | { readonly kind: "context"; readonly key: string }
  | { readonly kind: "claim"; readonly name: string }
  | { readonly kind: "header"; readonly name: string };

export interface SettingsSources {
  config: RouterConfig;
  cacheConfig: ResponseCacheConfig;
  tier: SecondTier | undefined;
}

export function compileSettings(
  subgraph: string,
  { config, cacheConfig, tier }: SettingsSources,
): SubgraphSettings {
  const keys = keysFor(cacheConfig, subgraph);
  const { events } = config.plugins["mycelium.cache"];
  return {
    subgraph,
    isEnabled: keys.enabled,
    lifetimeMs: keys.ttlMs,
    privateId: privateIdFor(subgraph, config, keys.privateId),
    buildHeaders: compileHeaders(config.headers, subgraph),
    tier,
    indexes: {
      ...(keys.invalidation?.indexes ?? allIndexes),
      entity: cacheConfig.invalidatesEntities || Object.keys(events).length > 0,
    },
  };
}

const allIndexes = { cacheTag: true, subgraph: true, type: true };

export function keysFor(
  { subgraph: { all, subgraphs } }: ResponseCacheConfig,
  name: string,
): SubgraphCacheConfig {
  return Object.hasOwn(subgraphs, name) ? subgraphs[name]! : all;
}

function privateIdFor(
  subgraph: string,
  { plugins }: RouterConfig,
  contextKey: string | undefined,
): PrivateIdSource | undefined {
  const { privateId, privateIds } = plugins["mycelium.cache"];
  const own = Object.hasOwn(privateIds, subgraph) ? privateIds[subgraph] : privateId;
  if (own?.claim !== undefined) return { kind: "claim", name: own.claim };
  if (own?.header !== undefined) return { kind: "header", name: own.header };
  return contextKey === undefined ? undefined : { kind: "context", key: contextKey };
}
