import { oneOf } from "../../../schema/compound.ts";
import { boolean, text } from "../../../schema/scalar.ts";
import type { Infer } from "../../../schema/schema.ts";
import { attributeValue } from "../shared.ts";
import {
  errorRepresentation,
  jsonPath,
  operationKind,
  operationName,
  queryAspect,
  redact,
  responseStatus,
  textDefault,
  valueDefault,
} from "./keys.ts";
import { conditionOf, selectorOrTextOf, withCondition } from "./selector.ts";

const kinds = [
  { operation_name: operationName, ...textDefault },
  { operation_kind: operationKind },
  { query: queryAspect, ...textDefault },
  { query_variable: text(), ...valueDefault },
  { request_header: text(), ...redact, ...textDefault },
  { response_header: text(), ...redact, ...textDefault },
  { response_status: responseStatus },
  { request_context: text(), ...valueDefault },
  { response_context: text(), ...valueDefault },
  { response_data: jsonPath(), ...valueDefault },
  { response_errors: jsonPath(), ...valueDefault },
  { context_id: boolean() },
  { baggage: text(), ...valueDefault },
  { env: text(), ...textDefault },
  { static: attributeValue },
  { error: errorRepresentation },
  { on_graphql_error: boolean() },
  { cost: oneOf("estimated", "actual", "delta", "result") },
  { is_primary_response: boolean() },
] as const;

export const supergraphSelector = selectorOrTextOf("SupergraphSelector", kinds);
export const supergraphCondition = conditionOf("SupergraphCondition", supergraphSelector);
export const conditionalSupergraphSelector = selectorOrTextOf(
  "ConditionalSupergraphSelector",
  withCondition(kinds, supergraphCondition),
);

export type SupergraphSelector = Infer<typeof supergraphSelector>;
