import type { PlanRun } from "./plan-run.ts";
import type { SubgraphAnswer, SubgraphCall } from "./subgraph-answer.ts";

export interface Question {
  fetchId: number;
  representations: string;
  call: SubgraphCall;
}

/** Asks a subgraph, unless a shortcut has done so in this run already. */
export async function ask(
  run: PlanRun,
  { fetchId, representations, call }: Question,
): Promise<SubgraphAnswer> {
  const known = run.known?.get(fetchId);
  const isKnown = known !== undefined && known.body === call.body;
  const found = isKnown ? known.answer : await run.callSubgraph(call);
  const answer = "read" in found ? found.read() : found;
  run.recording?.note(fetchId, representations, answer);
  return answer;
}
