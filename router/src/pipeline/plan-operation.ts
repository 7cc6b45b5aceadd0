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

/** Plans an operation once for each side of the progressive overrides on which requests may fall. */
export function planOperation(
  { pipeline, observer, context }: Pick<Exchange, "pipeline" | "observer" | "context">,
  { operation, plans }: Pick<ResolvedOperation, "operation" | "plans">,
): Staged<PlannedOperation> | Promise<Staged<PlannedOperation>> {
  const { meters } = pipeline.telemetry;
  const startedMs = performance.now();
  const overrides = settleOverrides(pipeline.planner, context);
  const { epoch } = pipeline.planner;
  const side = epoch === 0 ? overrides.side : `${epoch}\n${overrides.side}`;
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
  const promise = plan(pipeline, operation, overrides).then((result) => {
    plans.set(side, { kind: "planned", result, uses: 1 });
    stage.end();
    return result;
  });
  plans.set(side, { kind: "planning", promise });
  return promise;
}

async function plan(
  pipeline: Pipeline,
  operation: Operation,
  overrides: ActiveOverrides,
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
            overrideLabels: overrides.labels,
            overridePercentage: overrides.percentage,
            defers: false,
          });
    const planned = compile(pipeline, operation, queryPlan);
    finish("success");
    return next(planned);
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

function compile(pipeline: Pipeline, operation: Operation, queryPlan: QueryPlan): PlannedOperation {
  const settings = {
    types: pipeline.types,
    hoistsOrphanErrors: pipeline.hoistsOrphanErrors,
    cache: pipeline.entityCache?.fetches,
  };
  const node = subscriptionOf(queryPlan);
  if (!node) {
    return {
      queryPlan,
      step: compilePlan(queryPlan, settings),
      splicing: splicingFor(pipeline, operation, queryPlan),
    };
  }
  const subscription = compileSubscription(node, settings);
  return { queryPlan, step: subscription.rest ?? (() => {}), subscription, splicing: undefined };
}

/** Only queries: a normal run may have to follow, and must find the subgraphs as they were. */
function splicingFor({ schema, types }: Pipeline, operation: Operation, plan: QueryPlan) {
  const { kind, selection, conditionVariables } = operation;
  if (kind !== "query" || conditionVariables.length > 0) return undefined;
  return new Splicing({ plan, selection, schema, types });
}
