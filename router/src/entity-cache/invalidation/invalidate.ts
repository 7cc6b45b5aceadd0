import type { CacheMemory } from "../cache-memory.ts";
import type { Invalidation } from "./invalidation.ts";

/**
 * From here on nothing that was true before is served by this process: it is in the log before anything is removed,
 * so that what is under way finds it there.
 */
export function invalidateMemory({ store, log }: CacheMemory, invalidation: Invalidation): number {
  log.add(invalidation);
  switch (invalidation.kind) {
    case "subgraph":
      return store.removeSubgraph(invalidation.subgraph);
    case "type":
      return store.removeType(invalidation.subgraph, invalidation.type);
    case "entity":
      return store.removeKey(invalidation.subgraph, invalidation.type, invalidation.key);
    case "cache_tag":
      return store.removeTag(invalidation.subgraph, invalidation.tag);
  }
}
