import type { SelectionNode } from "../normalize/selection.ts";

/** A subgraph whose fetch is at hand at a place of the answer, and the type it knows that place by. */
export interface Arrival {
  subgraph: number;
  type: string;
  /** External fields that the way here provides. */
  provides: readonly SelectionNode[];
  /**
   * Other ways to the same place, kept where subgraphs differ in the objects they answer there: all must give
   * the same answer, so an object that one of them cannot give is not expected from any.
   */
  rivals: readonly Arrival[];
  /** Equal for equal arrivals. */
  key: string;
}

/** Arrivals that bring something along are kept up to this many. */
const keptMax = 20_000;

/** Makes equal arrivals of one supergraph one object, of which what was found out once is remembered. */
export class Arrivals {
  readonly #plain: Map<string, Arrival>[] = [];
  readonly #others = new Map<string, Arrival>();

  /** In a subgraph with nothing but its own. */
  at(subgraph: number, type: string): Arrival {
    let bySubgraph = this.#plain[subgraph];
    if (bySubgraph === undefined) {
      bySubgraph = new Map();
      this.#plain[subgraph] = bySubgraph;
    }
    let arrival = bySubgraph.get(type);
    if (arrival === undefined) {
      arrival = { subgraph, type, provides: [], rivals: [], key: `${subgraph}:${type}` };
      bySubgraph.set(type, arrival);
    }
    return arrival;
  }

  /** The same with what the way there provides, and with other ways there. */
  with(
    { subgraph, type }: Pick<Arrival, "subgraph" | "type">,
    provides: readonly SelectionNode[],
    rivals: readonly Arrival[] = [],
  ): Arrival {
    if (provides.length === 0 && rivals.length === 0) return this.at(subgraph, type);
    let key = `${subgraph}:${type}`;
    for (const node of provides) key += `+${node.id}`;
    for (const rival of rivals) key += `~${rival.key}`;
    let arrival = this.#others.get(key);
    if (arrival === undefined) {
      if (this.#others.size >= keptMax) this.#others.clear();
      arrival = { subgraph, type, provides, rivals, key };
      this.#others.set(key, arrival);
    }
    return arrival;
  }
}

export function arrivalsKey(arrivals: readonly Arrival[]): string {
  if (arrivals.length === 1) return arrivals[0]!.key;
  let key = "";
  for (const arrival of arrivals) key += `${arrival.key}|`;
  return key;
}
