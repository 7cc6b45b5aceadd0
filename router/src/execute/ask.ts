import type { PlanRun } from "./plan-run.ts";
import type { Represented } from "./recording.ts";
import type { SubgraphAnswer, SubgraphCall } from "./subgraph-answer.ts";

export interface Question {
  fetchId: number;
  represented: Represented;
  call: SubgraphCall;
}

/** Asks a subgraph, unless a shortcut has done so in this run already. */
export async function ask(run: PlanRun, { fetchId, represented, call }: Question): Promise<SubgraphAnswer> {
  const known = run.known?.get(fetchId);
  const isKnown = known !== undefined && known.body === call.body;
  const found = isKnown ? known.answer : await run.callSubgraph(call);
  const answer = "read" in found ? found.read() : found;
  run.recording?.note(fetchId, represented, answer);
  return answer;
}
