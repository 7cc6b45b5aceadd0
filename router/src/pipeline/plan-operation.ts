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
import type { Pipeline } from "./pipeline.ts";
import type { PlannedOperation, ResolvedOperation } from "./resolved-operation.ts";

export interface PlanWish extends Pick<ResolvedOperation, "operation" | "plans"> {
  /** Whether the client takes parts of its answer later. */
  defers: boolean;
}

/** Plans an operation once for each side of the progressive overrides on which requests may fall. */
export function planOperation(
  { pipeline, observer }: Pick<Exchange, "pipeline" | "observer">,
  { operation, plans, defers }: PlanWish,
): Staged<PlannedOperation> | Promise<Staged<PlannedOperation>> {
  const { meters } = pipeline.telemetry;
  const startedMs = performance.now();
  const percentage = pipeline.planner.overridePercentages.length > 0 ? Math.random() * 100 : 0;
  const side = `${defers ? "defer " : ""}${overrideSide(pipeline.planner.overridePercentages, percentage)}`;
  const known = plans.get(side);
  if (known) {
    meters.cacheHit("query planner", "memory", performance.now() - startedMs);
    if (known.kind === "planning") return known.promise;
    known.uses++;
    return known.result;
  }
  meters.cacheMiss("query planner", "memory", performance.now() - startedMs);
  const stage = observer.stage("query_planning");
  const promise = plan(pipeline, { operation, defers }, percentage).then((result) => {
    plans.set(side, { kind: "planned", result, uses: 1 });
    stage.end();
    return result;
  });
  plans.set(side, { kind: "planning", promise });
  return promise;
}

function overrideSide(percentages: readonly number[], roll: number): string {
  return percentages.length === 0
    ? ""
    : percentages.map((percentage) => (roll < percentage ? "1" : "0")).join("");
}

async function plan(
  pipeline: Pipeline,
  { operation, defers }: Omit<PlanWish, "plans">,
  overridePercentage: number,
): Promise<Staged<PlannedOperation>> {
  const { planner, telemetry } = pipeline;
  const startedMs = performance.now();
  const finish = (outcome: "success" | "error") => {
    const elapsedMs = performance.now() - startedMs;
    telemetry.meters.queryPlanned({ outcome, planMs: elapsedMs, totalMs: elapsedMs });
  };
  try {
    const queryPlan =
      operation.plannable === undefined
        ? ({ kind: "QueryPlan" } as const)
        : await planner.plan({
            text: operation.plannable,
            name: operation.name,
            overrideLabels: noLabels,
            overridePercentage,
            defers,
          });
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
  const settings = {
    types: pipeline.types,
    hoistsOrphanErrors: pipeline.hoistsOrphanErrors,
    cache: pipeline.entityCache?.fetches,
  };
  const node = subscriptionOf(queryPlan);
  if (!node) {
    const rootTypeName = rootTypeNameOf(pipeline, operation);
    const deferral = compileDeferral(queryPlan, { ...settings, schema: pipeline.schema, rootTypeName });
    return {
      queryPlan,
      step: compilePlan(deferral ? planWithoutDeferrals(queryPlan) : queryPlan, settings),
      splicing: deferral ? undefined : splicingFor(pipeline, operation, queryPlan),
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

const noLabels: ReadonlySet<string> = new Set();
