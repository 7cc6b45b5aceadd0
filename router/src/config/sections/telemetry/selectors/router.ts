import { oneOf } from "../../../schema/compound.ts";
import { boolean, text } from "../../../schema/scalar.ts";
import type { Infer } from "../../../schema/schema.ts";
import { attributeValue, traceIdFormat } from "../shared.ts";
import {
  errorRepresentation,
  jsonPath,
  missing,
  operationName,
  redact,
  responseStatus,
  textDefault,
  valueDefault,
} from "./keys.ts";
import { conditionOf, selectorOrTextOf, withCondition } from "./selector.ts";

const kinds = [
  { request_header: text(), ...redact, ...valueDefault },
  { response_header: text(), ...redact, ...valueDefault },
  { request_method: boolean() },
  { request_context: text(), ...valueDefault },
  { response_context: text(), ...valueDefault },
  { response_status: responseStatus },
  { response_body: boolean() },
  { response_size_hint: boolean() },
  { response_errors: jsonPath() },
  { response_errors_count: jsonPath() },
  { response_errors_field: jsonPath() },
  { operation_name: operationName, ...textDefault },
  { studio_operation_id: boolean().refused(missing) },
  { trace_id: traceIdFormat },
  { context_id: boolean() },
  { baggage: text(), ...valueDefault },
  { env: text(), ...textDefault },
  { static: attributeValue },
  { error: errorRepresentation },
  { on_graphql_error: boolean() },
  { router_overhead: boolean() },
  { request_duration: oneOf("milliseconds", "seconds", "nanoseconds") },
  { active_subgraph_requests: oneOf("count", "bool") },
] as const;

export const routerSelector = selectorOrTextOf("RouterSelector", kinds);
export const routerCondition = conditionOf("RouterCondition", routerSelector);
export const conditionalRouterSelector = selectorOrTextOf(
  "ConditionalRouterSelector",
  withCondition(kinds, routerCondition),
);

export type RouterSelector = Infer<typeof routerSelector>;
