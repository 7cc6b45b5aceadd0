import type { AnswerBytes, CallSubgraph, SubgraphAnswer, SubgraphCall } from "../execute/subgraph-answer.ts";
import type { JsonObject } from "../json.ts";
import type { DemandControl } from "./demand-control.ts";

/** The same bytes cost the same: an answer that was found unchanged is not read again for its cost. */
const knownCosts = new WeakMap<AnswerBytes, number>();

/** Adds up what the subgraphs' answers to one request did cost. */
export class Bill {
  total = 0;

  constructor(
    private readonly demandControl: DemandControl,
    private readonly variables: JsonObject,
  ) {}

  watch(callSubgraph: CallSubgraph): CallSubgraph {
    const watched = async (call: SubgraphCall, before?: AnswerBytes) => {
      // The cast holds: it is the caller's own, with or without what came before.
      const answer = (await callSubgraph(call, before as AnswerBytes)) as SubgraphAnswer | undefined;
      this.total += this.costOf(call, answer, answer?.bytes ?? before);
      return answer;
    };
    return watched as CallSubgraph;
  }

  private costOf(
    { document }: SubgraphCall,
    answer: SubgraphAnswer | undefined,
    bytes: AnswerBytes | undefined,
  ): number {
    const { isFixed, score } = this.demandControl.answerCostOf(document);
    const known = isFixed && bytes ? knownCosts.get(bytes) : undefined;
    if (known !== undefined) return known;
    const data = (answer ?? bytes?.read())?.data;
    const cost = data ? score(data, this.variables) : 0;
    if (isFixed && bytes) knownCosts.set(bytes, cost);
    return cost;
  }
}
