import type { OperationTypeNode } from "graphql";
import { compileDeferral, withoutDeferrals } from "../execute/compile-deferral.ts";
import { compilePlan } from "../execute/compile-plan.ts";
import { compileSubscription, subscriptionOf } from "../execute/compile-subscription.ts";
import { Splicing } from "../execute/splice/splicing.ts";
import type { Operation } from "../operation/operation.ts";
import type { QueryPlan } from "../planner/plan.ts";
import { PlanningError, PlanTooLargeError } from "../planner/planner.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { Exchange } from "./exchange.ts";
import { type ActiveOverrides, settleOverrides } from "./override-labels.ts";
import type { Pipeline } from "./pipeline.ts";
import type { PlannedOperation, ResolvedOperation } from "./resolved-operation.ts";

/** Plans of one operation, for requests under unlike overrides. */
const plansMax = 64;

export interface PlanWish extends Pick<ResolvedOperation, "operation" | "plans"> {
  /** Whether the client takes parts of its answer later. */
  defers: boolean;
}

/** Plans an operation once for each side of the progressive overrides on which requests may fall. */
export function planOperation(
  { pipeline, observer, context }: Pick<Exchange, "pipeline" | "observer" | "context">,
  { operation, plans, defers }: PlanWish,
): Staged<PlannedOperation> | Promise<Staged<PlannedOperation>> {
  const { meters } = pipeline.telemetry;
  const startedMs = performance.now();
  const overrides = settleOverrides(pipeline.planner, context);
  const side = sideOf(pipeline, overrides, defers);
  const known = plans.get(side);
  if (known) {
    meters.cacheHit("query planner", "memory", performance.now() - startedMs);
    if (known.kind === "planning") return known.promise;
    known.uses++;
    return known.result;
  }
  meters.cacheMiss("query planner", "memory", performance.now() - startedMs);
  const stage = observer.stage("query_planning");
  if (plans.size >= plansMax) plans.clear();
  const promise = plan(pipeline, { operation, defers }, overrides).then((result) => {
    plans.set(side, { kind: "planned", result, uses: 1 });
    stage.end();
    return result;
  });
  plans.set(side, { kind: "planning", promise });
  return promise;
}

/** Equal for requests that one plan serves. */
function sideOf({ planner: { weighting } }: Pipeline, { side }: ActiveOverrides, defers: boolean): string {
  return `${weighting}${defers ? " defer" : ""} ${side}`;
}

async function plan(
  pipeline: Pipeline,
  { operation, defers }: Omit<PlanWish, "plans">,
  overrides: ActiveOverrides,
): Promise<Staged<PlannedOperation>> {
  const { planner, telemetry } = pipeline;
  const startedMs = performance.now();
  const finish = (outcome: "success" | "error") => {
    const elapsedMs = performance.now() - startedMs;
    telemetry.meters.queryPlanned({ outcome, planMs: elapsedMs, totalMs: elapsedMs });
  };
  try {
    const queryPlan = operation.asksSubgraphs
      ? await planner.plan({
          definition: operation.definition,
          fragments: operation.fragments,
          overrideLabels: overrides.labels,
          overridePercentage: overrides.percentage,
          defers,
        })
      : ({ kind: "QueryPlan" } as const);
    const planned = compile(pipeline, operation, queryPlan);
    finish("success");
    return next({ ...planned, estimateCost: pipeline.costs?.compilePlan(queryPlan) });
  } catch (error) {
    finish("error");
    if (error instanceof PlanTooLargeError) return answerWith(clientErrors.planTooLarge(error.message));
    if (!(error instanceof PlanningError)) throw error;
    telemetry.logger.error(
      { err: error, operationName: operation.name },
      "the operation could not be planned",
    );
    return answerWith(clientErrors.planningFailed(error.message));
  }
}

type CompiledOperation = Omit<PlannedOperation, "estimateCost">;

function compile(pipeline: Pipeline, operation: Operation, queryPlan: QueryPlan): CompiledOperation {
  const cachedPlan = pipeline.entityCache?.openPlan();
  const settings = {
    types: pipeline.types,
    hoistsOrphanErrors: pipeline.hoistsOrphanErrors,
    cache: cachedPlan,
  };
  const node = subscriptionOf(queryPlan);
  if (!node) {
    const rootTypeName = rootTypeNameOf(pipeline, operation);
    const deferral = compileDeferral(queryPlan, { ...settings, schema: pipeline.schema, rootTypeName });
    return {
      queryPlan,
      step: compilePlan(deferral ? planWithoutDeferrals(queryPlan) : queryPlan, settings),
      splicing: deferral ? undefined : splicingFor(pipeline, operation, queryPlan),
      cachedPlan,
      deferral,
    };
  }
  const subscription = compileSubscription(node, settings);
  return { queryPlan, step: subscription.rest ?? (() => {}), subscription, splicing: undefined };
}

function planWithoutDeferrals({ kind, node }: QueryPlan): QueryPlan {
  const left = node && withoutDeferrals(node);
  return { kind, ...(left && { node: left }) };
}

function rootTypeNameOf({ schema }: Pipeline, { kind }: Operation): string {
  const type = schema.getRootType(kind as OperationTypeNode);
  if (!type) throw new Error(`a valid ${kind} has no root type`);
  return type.name;
}

/** Code is written for each field. */
const splicedFieldsMax = 2_000;

/** Only queries: a normal run may have to follow, and must find the subgraphs as they were. */
function splicingFor({ schema, types }: Pipeline, operation: Operation, plan: QueryPlan) {
  const { kind, selection, conditionVariables, measure } = operation;
  const isTooLarge = measure.expandedFields > splicedFieldsMax;
  if (kind !== "query" || conditionVariables.length > 0 || isTooLarge) return undefined;
  return new Splicing({ plan, selection, schema, types });
}
