import type {
  CacheableEntities,
  CacheableRoot,
  CachedEntities,
  CachedRoot,
  FetchCache,
} from "../execute/fetch-cache.ts";
import type { CallSubgraph, SubgraphAnswer, SubgraphCall, TakeBytes } from "../execute/subgraph-answer.ts";
import type { JsonObject } from "../json.ts";
import { type FetchSurroundings, foldHead } from "./answer-through-cache.ts";
import { cacheEntities } from "./cache-entities.ts";
import { cacheRoot } from "./cache-root.ts";
import { mayPassBy, Repeats } from "./pass-by.ts";
import type { RequestCache } from "./request-cache.ts";

/** What one plan is compiled with: it knows all fetches, and so whether to pass the cache by with the whole plan. */
export class CachedPlan implements FetchCache {
  private readonly asked = new Map<string, FetchSurroundings>();
  private readonly variables = new Set<string>();
  private hasEntities = false;
  /** Whether every fetch says something else to the subgraph where the client's variables differ. */
  private allVary = true;
  private repeats: Repeats | undefined;

  constructor(private readonly surroundingsOf: (subgraph: string) => FetchSurroundings) {}

  entities(fetch: CacheableEntities): CachedEntities {
    this.hasEntities = true;
    return cacheEntities(fetch, this.note(fetch.subgraph, fetch.variableUsages));
  }

  root(fetch: CacheableRoot): CachedRoot {
    return cacheRoot(fetch, this.note(fetch.serviceName, fetch.variableUsages));
  }

  /**
   * Whether nothing of this run is to be looked for or kept: see `Repeats`. Without entities the variables are likely
   * to be what the answer is known by, so each of them gets its chance.
   */
  passesBy(variables: JsonObject, request: RequestCache): boolean {
    if (!this.hasEntities || !this.allVary) return false;
    this.repeats ??= new Repeats([...this.variables]);
    if (!this.repeats.isOneOff(variables)) return false;
    return [...this.asked.values()].every((surroundings) => mayPassBy(request, surroundings));
  }

  /** Subgraphs that are asked past the cache have their word in what the client is told, too. */
  folding(request: RequestCache, callSubgraph: CallSubgraph): CallSubgraph {
    const asked = this.asked;
    async function callAndFold(call: SubgraphCall, take?: TakeBytes): Promise<SubgraphAnswer | undefined> {
      const surroundings = asked.get(call.subgraph)!;
      const takeAndFold: TakeBytes = (bytes) => {
        const isTaken = take?.(bytes) === true;
        if (isTaken) foldHead(request, surroundings, bytes.head);
        return isTaken;
      };
      const answer = await callSubgraph(call, takeAndFold);
      if (answer) foldHead(request, surroundings, answer.head);
      return answer;
    }
    // The cast holds: there is always an answer where nobody takes the bytes.
    return callAndFold as CallSubgraph;
  }

  private note(subgraph: string, variables: readonly string[]): FetchSurroundings {
    const surroundings = this.surroundingsOf(subgraph);
    this.asked.set(subgraph, surroundings);
    if (variables.length === 0) this.allVary = false;
    for (const name of variables) this.variables.add(name);
    return surroundings;
  }
}
