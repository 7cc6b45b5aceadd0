import { compilePlan } from "../execute/compile-plan.ts";
import type { Operation } from "../operation/operation.ts";
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
  const { planner, types, telemetry } = pipeline;
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
    const step = compilePlan(queryPlan, {
      types,
      hoistsOrphanErrors: pipeline.hoistsOrphanErrors,
      cache: pipeline.entityCache?.fetches,
    });
    finish("success");
    return next({ queryPlan, step });
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
