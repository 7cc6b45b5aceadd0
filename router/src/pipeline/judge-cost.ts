import { CostError } from "../cost/cost-error.ts";
import { type Costs, totalOf } from "../cost/plan-cost.ts";
import type { JsonObject } from "../json.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import { costKeys } from "./cost-keys.ts";
import type { Exchange } from "./exchange.ts";
import type { PlannedOperation } from "./resolved-operation.ts";

/** What an operation is estimated to cost. */
export interface Price {
  total: number;
  bySubgraph: Costs;
}

const notAsked: Staged<Price | undefined> = next(undefined);

/** Refuses what would cost more than it may. Undefined where nobody asks for costs, or they cannot be told. */
export function judgeCost(
  exchange: Exchange,
  { estimateCost }: PlannedOperation,
  variables: JsonObject,
): Staged<Price | undefined> {
  if (!estimateCost) return notAsked;
  const demandControl = exchange.pipeline.costs?.demandControl;
  let bySubgraph: Costs;
  try {
    bySubgraph = estimateCost(variables);
  } catch (error) {
    if (!(error instanceof CostError)) throw error;
    return demandControl?.isEnforced ? answerWith(clientErrors.costUnknown(error.message)) : notAsked;
  }
  const price = { total: totalOf(bySubgraph), bySubgraph };
  if (!demandControl) return next(price);
  const isTooExpensive = price.total > demandControl.max;
  noteEstimate(exchange, price, isTooExpensive ? "COST_ESTIMATED_TOO_EXPENSIVE" : "COST_OK");
  if (!isTooExpensive || !demandControl.isEnforced) return next(price);
  return answerWith(clientErrors.tooExpensive(price.total, demandControl.max));
}

function noteEstimate({ context, observer, pipeline }: Exchange, price: Price, result: string): void {
  context.set(costKeys.strategy, "static_estimated");
  context.set(costKeys.estimated, price.total);
  context.set(costKeys.estimatedBySubgraph, Object.fromEntries(price.bySubgraph));
  context.set(costKeys.result, result);
  observer.cost({ estimated: price.total, result });
  pipeline.telemetry.meters.costJudged(result);
}
