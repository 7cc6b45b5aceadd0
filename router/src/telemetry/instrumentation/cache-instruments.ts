import type { Instrument } from "../metrics/instrument.ts";
import type { MetricRegistry } from "../metrics/metric-registry.ts";
import type { ObservedCacheUse } from "../observer.ts";
import type { AttributeOptions } from "../telemetry-options.ts";
import { attributesOf, type CompiledAttributes, compileAttributes } from "./attributes.ts";
import type { RequestFacts } from "./facts.ts";
import type { Surroundings } from "./read-selector.ts";

export interface CacheRecorder {
  readonly instrument: Instrument;
  readonly attributes: CompiledAttributes;
  readonly tellsType: boolean;
  /** Of the attributes, of the type where it is told, and of whether it was a hit. */
  readonly names: readonly string[];
}

const operations = "hit/miss operations at the subgraph level";

/** The second one is the older name of the same. */
const descriptions: Readonly<Record<string, string>> = {
  "apollo.router.response.cache": `Response cache ${operations}`,
  "apollo.router.operations.entity.cache": `Entity cache ${operations} (deprecated)`,
};

/** Recorded only where they are asked for. */
export function compileCacheInstruments(
  options: AttributeOptions,
  { metrics, surroundings }: { metrics: MetricRegistry; surroundings: Surroundings },
): CacheRecorder[] {
  return Object.entries(descriptions).flatMap(([name, description]) => {
    const option = options[name];
    if (option === undefined || option === false) return [];
    const { "graphql.type.name": type, ...others } = attributesOf(option);
    const scope = { level: "subgraph", signal: "metrics", requirement: "none", surroundings } as const;
    const attributes = compileAttributes(others, scope);
    const typeNames = nameOfType(type);
    const instrument = metrics.instrument({ name, kind: "counter", description, unit: "ops" });
    const names = [...attributes.names, ...typeNames, "cache.hit"];
    return [{ instrument, attributes, tellsType: typeNames.length > 0, names }];
  });
}

/** One name or none. */
function nameOfType(option: unknown): string[] {
  if (typeof option === "object" && option !== null && "alias" in option) return [String(option.alias)];
  return option === true ? ["graphql.type.name"] : [];
}

export function recordCacheUse(
  recorders: readonly CacheRecorder[],
  facts: RequestFacts,
  { subgraph, type, isHit, entities }: ObservedCacheUse,
): void {
  // Of what was found no fetch tells more.
  const fetch = {
    fetch: { subgraph, operationKind: "query" },
    result: undefined,
    durationMs: 0,
  } as const;
  for (const { instrument, attributes, tellsType, names } of recorders) {
    const values = [...attributes.read(facts, fetch), ...(tellsType ? [type] : []), isHit];
    instrument.record(entities, names, values);
  }
}
