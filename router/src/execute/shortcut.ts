import type { Represented } from "./recording.ts";
import type { SubgraphCall } from "./subgraph-answer.ts";

/** A way through a plan that reads less than all of it. It asks in a fetch's place. */
export interface Shortcut {
  ask(fetchId: number, write: WriteCall): Promise<void> | void;
}

/** Writes the call for representations that the shortcut knows. */
export type WriteCall = (represented: Represented) => SubgraphCall;
