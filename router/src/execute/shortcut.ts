import type { SubgraphCall } from "./subgraph-answer.ts";

/** A way through a plan that reads less than all of it. It asks in a fetch's place. */
export interface Shortcut {
  /** @param write writes the call for representations that the shortcut knows */
  ask(fetchId: number, write: (representations: string) => SubgraphCall): Promise<void> | void;
}
