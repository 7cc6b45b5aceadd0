import type { BuildHeaders } from "../subgraphs/propagate-headers.ts";

/** How one subgraph's answers are kept. */
export interface SubgraphSettings {
  readonly subgraph: string;
  readonly isEnabled: boolean;
  /** For answers that do not say how long they last. */
  readonly lifetimeMs: number | undefined;
  readonly privateId: PrivateIdSource | undefined;
  /** What the subgraph sees of a request: answers may be said to depend on it. */
  readonly buildHeaders: BuildHeaders;
}

/** What tells one caller of private data from another. */
export type PrivateIdSource =
  | { readonly kind: "context"; readonly key: string }
  | { readonly kind: "claim"; readonly name: string }
  | { readonly kind: "header"; readonly name: string };
