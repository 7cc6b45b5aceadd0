import { InvalidationLog } from "./invalidation/invalidation.ts";
import { Flights } from "./parts.ts";
import { EntityStore } from "./store/entity-store.ts";

/**
 * What the process keeps, whatever the configuration and supergraph of the day. It outlives reloads: entities are
 * named by fields and their definitions, and what was invalidated before a reload stays so after it.
 */
export interface CacheMemory {
  readonly store: EntityStore;
  readonly log: InvalidationLog;
  readonly flights: Flights;
  /** For each Redis, up to where its log of invalidations is applied to what is kept. */
  readonly positions: Map<string, string>;
}

export function createCacheMemory(): CacheMemory {
  return {
    store: new EntityStore(0),
    log: new InvalidationLog(),
    flights: new Flights(),
    positions: new Map(),
  };
}
