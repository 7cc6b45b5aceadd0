import type { Unauthorized } from "../authorization/authorization.ts";
import type { PartSelection } from "../execute/compile-deferral.ts";
import { trimErrorPaths } from "../execute/error-paths.ts";
import type { PlanRun } from "../execute/plan-run.ts";
import type { JsonObject } from "../json.ts";
import type { Operation } from "../operation/operation.ts";
import type { Answer } from "./answer.ts";
import { tellUnauthorized } from "./authorize.ts";
import type { Pipeline } from "./pipeline.ts";

export interface Completable {
  operation: Operation;
  unauthorized: Unauthorized | undefined;
  variables: JsonObject;
}

/** Brings what the subgraphs answered into the client's shape. */
export function completeAnswer(
  pipeline: Pipeline,
  { operation, unauthorized, variables }: Completable,
  run: Pick<PlanRun, "data" | "errors">,
  /** Where the answer is not all of the operation's. */
  part: Pick<PartSelection, "complete"> = operation,
): Answer {
  const { data, valueCompletion, coercionErrors } = part.complete(run.data, variables);
  const { selectionSet } = operation.definition;
  const errors = trimErrorPaths(run.errors, { selectionSet, fragments: operation.fragments });
  if (pipeline.config.supergraph.enableResultCoercionErrors) errors.push(...coercionErrors);
  const answer: Answer = { status: 200, data, errors };
  // The cast holds: these errors have messages and paths only.
  if (valueCompletion.length > 0) {
    answer.extensions = { valueCompletion: valueCompletion as unknown as JsonObject[] };
  }
  return unauthorized ? tellUnauthorized(pipeline, answer, unauthorized) : answer;
}
