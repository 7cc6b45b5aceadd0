import { Bill } from "../cost/bill.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Operation } from "../operation/operation.ts";
import { type Answer, textOf } from "./answer.ts";
import { costKeys } from "./cost-keys.ts";
import type { Exchange } from "./exchange.ts";
import type { Price } from "./judge-cost.ts";

interface PricedExecution {
  operation: Operation;
  variables: JsonObject;
  price: Price | undefined;
}

/** Undefined where nobody asks for actual costs. */
export function openBill({ pipeline }: Exchange, { variables, price }: PricedExecution): Bill | undefined {
  const demandControl = pipeline.costs?.demandControl;
  return demandControl && price ? new Bill(demandControl, variables) : undefined;
}

export function noteActualCost(
  exchange: Exchange,
  execution: PricedExecution,
  { bill, answer }: { bill: Bill; answer: Answer },
): void {
  const demandControl = exchange.pipeline.costs?.demandControl;
  const { operation, variables } = execution;
  const data = dataOf(answer);
  if (!demandControl || !data) return;
  const actual = demandControl.countsSubgraphs
    ? bill.total
    : demandControl.answerCostOf(operation.text).score(data, variables);
  exchange.context.set(costKeys.actual, actual);
  exchange.observer.cost({ actual });
}

/** An answer that was found unchanged is only its text. */
function dataOf({ data, body }: Answer): JsonObject | null | undefined {
  if (data !== undefined || body === undefined) return data;
  const written: unknown = JSON.parse(textOf(body));
  return isJsonObject(written) && isJsonObject(written.data) ? written.data : undefined;
}
