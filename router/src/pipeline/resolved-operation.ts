import type { GuardedOperation } from "../authorization/authorization.ts";
import type { EstimatePlan } from "../cost/plan-cost.ts";
import type { CachedPlan } from "../entity-cache/cached-plan.ts";
import type { CompiledDeferral } from "../execute/compile-deferral.ts";
import type { CompiledSubscription } from "../execute/compile-subscription.ts";
import type { Step } from "../execute/plan-run.ts";
import type { Splicing } from "../execute/splice/splicing.ts";
import type { Operation } from "../operation/operation.ts";
import type { QueryPlan } from "../planner/plan.ts";
import type { Staged } from "./answer.ts";

/** An operation that is ready, with the plans made for it so far, one for each set of active overrides. */
export interface ResolvedOperation {
  operation: Operation;
  /** As the request named it, which may be not at all. */
  requestedName: string | undefined;
  plans: Map<string, PlanState>;
  /** Set where not everybody may see all of it. */
  guarded: GuardedOperation | undefined;
  /** The plans of what is left of it for some callers. */
  viewPlans: WeakMap<Operation, Map<string, PlanState>>;
}

export interface PlannedOperation {
  queryPlan: QueryPlan;
  /** The plan as functions; of a subscription, those for what an event does not bring. */
  step: Step;
  /** Undefined where nobody asks for costs. */
  estimateCost: EstimatePlan | undefined;
  /** Present where the plan runs once for each event. */
  subscription?: CompiledSubscription | undefined;
  /** Present where parts of the answer may come later. */
  deferral?: CompiledDeferral | undefined;
  /** Undefined where answers are always read in full. */
  splicing: Splicing | undefined;
  /** Present where entities are cached. */
  cachedPlan?: CachedPlan | undefined;
}

export type PlanState =
  | { kind: "planning"; promise: Promise<Staged<PlannedOperation>> }
  | { kind: "planned"; result: Staged<PlannedOperation>; uses: number };

export type OperationResult = Staged<ResolvedOperation>;
