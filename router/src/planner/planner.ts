import type { QueryPlan } from "./plan.ts";

/** An operation that is already valid against the API schema and of bounded expanded size. */
export interface PlannableOperation {
  /** The operation alone with the fragments it uses. */
  text: string;
  name: string | undefined;
  /** Labels of progressive `@override` that are active for this request. */
  overrideLabels: ReadonlySet<string>;
}

export interface Planner {
  /** Labels that `@override(label:)` names in this supergraph; `percent(x)` labels are rolled by the caller. */
  readonly overrideLabels: readonly string[];
  plan(operation: PlannableOperation): Promise<QueryPlan>;
}

/** The planner cannot plan this operation. The message may be shown to the client. */
export class PlanningError extends Error {}
