import type { JsonObject } from "../json.ts";
import type { QueryPlan } from "../planner/plan.ts";
import { planToJson, printPlan } from "../planner/print-plan.ts";
import { type Answer, textOf } from "./answer.ts";
import type { Exchange } from "./exchange.ts";

/** Whether the plan goes with the answer, or stands in its place. */
export type PlanExposure = "none" | "added" | "alone";

const exposureHeader = "apollo-expose-query-plan";

export function readPlanExposure({ pipeline, request }: Exchange): PlanExposure {
  if (pipeline.config.plugins["experimental.expose_query_plan"] !== true) return "none";
  const wish = request.headers.get(exposureHeader);
  if (wish === "true") return "added";
  return wish === "dry-run" ? "alone" : "none";
}

/** A plan without fetches is no plan to the tools that ask for it. */
export function exposePlan(answer: Answer, plan: QueryPlan): Answer {
  if (!plan.node) return answer;
  // The casts hold: both are plain JSON.
  const { body, ...parts } = answer;
  const whole = body === undefined ? parts : { ...parts, ...(JSON.parse(textOf(body)) as Partial<Answer>) };
  const apolloQueryPlan = { object: planToJson(plan) as JsonObject, text: printPlan(plan).trimEnd() };
  return { ...whole, extensions: { ...whole.extensions, apolloQueryPlan } };
}
