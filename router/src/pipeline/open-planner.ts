import type { RouterConfig } from "../config/router-config.ts";
import type { EntityCache } from "../entity-cache/create-entity-cache.ts";
import { createPlanner } from "../planner/create-planner.ts";
import type { Planner } from "../planner/planner.ts";
import type { RedisSurroundings } from "../redis/redis-pool.ts";
import { SharedValues } from "../redis/shared-values.ts";
import type { Supergraph } from "../supergraph/read-supergraph.ts";
import { SharingPlanner } from "./sharing-planner.ts";

export interface OpenedPlanner {
  planner: Planner;
  started(): Promise<void>;
  close(): void;
}

export interface PlannerParts {
  supergraph: Supergraph;
  supergraphSdl: string;
  entityCache: EntityCache | undefined;
  redisSurroundings: Omit<RedisSurroundings, "kind">;
}

/** What the cache of plans is called in metrics. */
const kind = "query planner";
/** How often plans may follow what the cache has. */
const reconsiderEveryMs = 5_000;

/** The planner, and beside it, where they are wanted, plans of other routers and what the cache is likely to have. */
export function openPlanner(
  { supergraph: { queryPlanning }, plugins }: RouterConfig,
  { supergraph, supergraphSdl, entityCache, redisSurroundings }: PlannerParts,
): OpenedPlanner {
  const knowsCache = entityCache !== undefined && plugins["mycelium.cache"].plansPreferCached;
  const own = createPlanner(supergraph.document, knowsCache ? { hitRate: entityCache.hitRate } : {});
  const timer = knowsCache ? setInterval(() => own.reconsider(), reconsiderEveryMs) : undefined;
  const { cacheRedis } = queryPlanning;
  const shared = cacheRedis && new SharedValues(cacheRedis, { ...redisSurroundings, kind });
  return {
    planner: shared ? new SharingPlanner(own, shared, supergraphSdl) : own,
    started: async () => shared?.started(),
    close() {
      clearInterval(timer);
      shared?.close();
    },
  };
}
