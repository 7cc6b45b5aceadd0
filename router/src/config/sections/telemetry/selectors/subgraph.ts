import { oneOf, union } from "../../../schema/compound.ts";
import { boolean, text } from "../../../schema/scalar.ts";
import type { Infer } from "../../../schema/schema.ts";
import { attributeValue } from "../shared.ts";
import {
  errorRepresentation,
  jsonPath,
  missing,
  operationKind,
  operationName,
  queryAspect,
  redact,
  responseStatus,
  textDefault,
  valueDefault,
} from "./keys.ts";
import { conditionOf, selectorOrTextOf, withCondition } from "./selector.ts";

const entityType = { entity_type: union(oneOf("all"), text()).optional() };

const kinds = [
  { subgraph_operation_name: operationName, ...textDefault },
  { subgraph_operation_kind: operationKind },
  { subgraph_name: boolean() },
  { subgraph_query: oneOf("string"), ...textDefault },
  { subgraph_query_variable: text(), ...valueDefault },
  { subgraph_request_header: text(), ...redact, ...textDefault },
  { subgraph_request_body_size: boolean() },
  { subgraph_response_header: text(), ...redact, ...textDefault },
  { subgraph_response_status: responseStatus },
  { subgraph_response_body_size: boolean() },
  { subgraph_response_data: jsonPath(), ...valueDefault },
  { subgraph_response_errors: jsonPath(), ...valueDefault },
  { subgraph_resend_count: boolean(), ...valueDefault },
  { subgraph_on_graphql_error: boolean() },
  { supergraph_operation_name: operationName, ...textDefault },
  { supergraph_operation_kind: operationKind },
  { supergraph_query: queryAspect, ...textDefault },
  { supergraph_query_variable: text(), ...valueDefault },
  { supergraph_request_header: text(), ...redact, ...textDefault },
  { request_context: text(), ...valueDefault },
  { response_context: text(), ...valueDefault },
  { context_id: boolean() },
  { baggage: text(), ...valueDefault },
  { env: text(), ...textDefault },
  { static: attributeValue },
  { error: errorRepresentation },
  { cache: oneOf("hit", "miss").refused(missing), ...entityType },
  { response_cache: oneOf("hit", "miss").refused(missing), ...entityType },
  { response_cache_status: oneOf("hit", "miss", "partial_hit", "status").refused(missing), ...entityType },
  { response_cache_control: oneOf("scope", "no_store", "max_age").refused(missing) },
] as const;

export const subgraphSelector = selectorOrTextOf("SubgraphSelector", kinds);
export const subgraphCondition = conditionOf("SubgraphCondition", subgraphSelector);
export const conditionalSubgraphSelector = selectorOrTextOf(
  "ConditionalSubgraphSelector",
  withCondition(kinds, subgraphCondition),
);

export type SubgraphSelector = Infer<typeof subgraphSelector>;
