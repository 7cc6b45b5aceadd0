import type {
  AnswerBytes,
  CallSubgraph,
  SubgraphAnswer,
  SubgraphCall,
  TakeBytes,
} from "../execute/subgraph-answer.ts";
import type { JsonObject } from "../json.ts";
import type { AnswerCost } from "./answer-cost.ts";
import type { DemandControl } from "./demand-control.ts";

/** What the last bytes did cost. Where the same come again, they are not read for their cost. */
const lastCosts = new WeakMap<AnswerCost, { hash: number | bigint; cost: number }>();

/** Adds up what the subgraphs' answers to one request did cost. */
export class Bill {
  total = 0;

  constructor(
    private readonly demandControl: DemandControl,
    private readonly variables: JsonObject,
  ) {}

  watch(callSubgraph: CallSubgraph): CallSubgraph {
    const watched = async (call: SubgraphCall, take?: TakeBytes) => {
      if (!take) {
        const answer = await callSubgraph(call);
        this.add(call, answer);
        return answer;
      }
      let taken: AnswerBytes | undefined;
      const answer = await callSubgraph(call, (bytes) => {
        const isTaken = take(bytes);
        if (isTaken) taken = bytes;
        return isTaken;
      });
      if (answer) this.add(call, answer);
      else if (taken) this.addBytes(call, taken);
      return answer;
    };
    // The cast holds: only a call that takes bytes can come back undefined.
    return watched as CallSubgraph;
  }

  private add({ document }: SubgraphCall, { data }: Pick<SubgraphAnswer, "data">): void {
    if (data) this.total += this.demandControl.answerCostOf(document).score(data, this.variables);
  }

  private addBytes(call: SubgraphCall, bytes: AnswerBytes): void {
    const answerCost = this.demandControl.answerCostOf(call.document);
    const hash = answerCost.isFixed ? Bun.hash(bytes.body) : undefined;
    const last = lastCosts.get(answerCost);
    if (hash !== undefined && last?.hash === hash) {
      this.total += last.cost;
      return;
    }
    const before = this.total;
    this.add(call, bytes.read());
    if (hash !== undefined) lastCosts.set(answerCost, { hash, cost: this.total - before });
  }
}
