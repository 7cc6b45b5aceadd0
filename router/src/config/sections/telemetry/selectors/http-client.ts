import { text } from "../../../schema/scalar.ts";
import { redact, textDefault } from "./keys.ts";
import { conditionOf, selectorOf, withCondition } from "./selector.ts";

const kinds = [
  { request_header: text(), ...redact, ...textDefault },
  { response_header: text(), ...redact, ...textDefault },
] as const;

const httpClientSelector = selectorOf("HttpClientSelector", kinds);
const httpClientCondition = conditionOf("HttpClientCondition", httpClientSelector);

export const conditionalHttpClientSelector = selectorOf(
  "ConditionalHttpClientSelector",
  withCondition(kinds, httpClientCondition),
);
