import { oneOf } from "../../../schema/compound.ts";
import type { Infer } from "../../../schema/schema.ts";
import { attributeValue } from "../shared.ts";
import { operationName, textDefault } from "./keys.ts";
import { conditionOf, selectorOf } from "./selector.ts";

const kinds = [
  { list_length: oneOf("value") },
  { field_name: oneOf("string") },
  { field_type: oneOf("name", "type") },
  { type_name: oneOf("string") },
  { operation_name: operationName, ...textDefault },
  { static: attributeValue },
] as const;

export const graphqlSelector = selectorOf("GraphqlSelector", kinds);
export const graphqlCondition = conditionOf("GraphqlCondition", graphqlSelector);

export type GraphqlSelector = Infer<typeof graphqlSelector>;
