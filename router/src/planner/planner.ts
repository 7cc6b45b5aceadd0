import type { FragmentDefinitionNode, OperationDefinitionNode } from "graphql";
import type { QueryPlan } from "./plan.ts";

/** One operation of a document, with all fragments that it may use. */
export interface ParsedOperation {
  definition: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** An operation that is already valid against the API schema and of bounded expanded size. */
export interface PlannableOperation extends ParsedOperation {
  /** Labels of progressive `@override` that are active for this request. */
  overrideLabels: ReadonlySet<string>;
  /** The roll, 0 to 100, that decides labels of the form `percent(x)`: active where it is below `x`. */
  overridePercentage: number;
  /** Whether `@defer` is honoured; otherwise the operation is planned as if it were not there. */
  defers: boolean;
}

export interface Planner {
  /** Labels of progressive `@override` in this supergraph, without the `percent(x)` ones. */
  readonly overrideLabels: readonly string[];
  /** The numbers of its `percent(x)` labels: rolls that fall on the same side of each share one plan. */
  readonly overridePercentages: readonly number[];
  /** Names how plans weigh fetches now; empty where all weigh the same. A plan is as good as the name it was made under. */
  readonly weighting: string;
  plan(operation: PlannableOperation): Promise<QueryPlan>;
}

/** The planner cannot plan this operation. The message may be shown to the client. */
export class PlanningError extends Error {}

/** The operation is valid, but asks for more than a plan may hold. */
export class PlanTooLargeError extends PlanningError {}
