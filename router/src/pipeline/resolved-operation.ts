import type { Step } from "../execute/plan-run.ts";
import type { Operation } from "../operation/operation.ts";
import type { Staged } from "./answer.ts";

/** An operation that is ready, with the plans made for it so far, one for each set of active overrides. */
export interface ResolvedOperation {
  operation: Operation;
  plans: Map<string, PlanState>;
}

export type PlanState =
  | { kind: "planning"; promise: Promise<Staged<Step>> }
  | { kind: "planned"; result: Staged<Step> };

export type OperationResult = Staged<ResolvedOperation>;
