import { oneOf } from "../../../schema/compound.ts";
import { boolean, text } from "../../../schema/scalar.ts";
import { attributeValue } from "../shared.ts";
import {
  errorRepresentation,
  operationKind,
  operationName,
  redact,
  responseStatus,
  textDefault,
  valueDefault,
} from "./keys.ts";
import { conditionOf, selectorOf, withCondition } from "./selector.ts";

const mappingProblems = oneOf("problems", "count", "boolean");

const kinds = [
  { subgraph_name: boolean() },
  { connector_source: oneOf("name") },
  { connector_http_request_header: text(), ...redact, ...textDefault },
  { connector_http_response_header: text(), ...redact, ...textDefault },
  { connector_http_response_status: responseStatus },
  { connector_http_response_body_size: boolean() },
  { connector_http_method: boolean() },
  { connector_url_template: boolean() },
  { connector_request_mapping_problems: mappingProblems },
  { connector_response_mapping_problems: mappingProblems },
  { connector_on_response_error: boolean() },
  { supergraph_operation_name: operationName, ...textDefault },
  { supergraph_operation_kind: operationKind },
  { request_context: text(), ...valueDefault },
  { context_id: boolean() },
  { static: attributeValue },
  { error: errorRepresentation },
] as const;

export const connectorSelector = selectorOf("ConnectorSelector", kinds);
export const connectorCondition = conditionOf("ConnectorCondition", connectorSelector);
export const conditionalConnectorSelector = selectorOf(
  "ConditionalConnectorSelector",
  withCondition(kinds, connectorCondition),
);
