/** Why an entity, or a fetch of root fields, came from the cache or did not; one reason each. */
export type Verdict =
  /** From the cache. */
  | "hit"
  /** From the cache, put together from what other operations had asked for. */
  | "superset-hit"
  /** Past its lifetime, while it was asked for anew. */
  | "stale-while-revalidate"
  /** Past its lifetime, as the subgraph could not be asked. */
  | "stale-if-error"
  /** From the answer to somebody else who asked at the same time. */
  | "shared"
  /** Asked for, and kept from now on. */
  | "miss"
  /** Asked for; of the rest nothing could be kept. */
  | "no-header"
  | "no-store"
  | "no-lifetime"
  | "private-without-id"
  | "vary-any"
  | "errors"
  | "invalidated-meanwhile"
  | "too-large"
  /** Asked with variables that, going by those before, nobody asks with again; not looked for, and not kept. */
  | "one-off"
  /** The request said so. */
  | "request-no-store"
  | "request-no-cache"
  /** What other nodes invalidate is not heard: Redis is away. */
  | "cut-off"
  /** This subgraph is not cached. */
  | "disabled";

export const servedFromCache: ReadonlySet<Verdict> = new Set<Verdict>([
  "hit",
  "superset-hit",
  "stale-while-revalidate",
  "stale-if-error",
  "shared",
]);
