import { type GraphQLOutputType, type GraphQLSchema, getNullableType, isListType } from "graphql";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { concreteTypeName } from "./complete.ts";
import type { Selection } from "./selection.ts";

/**
 * The data without what only the plan asked for, such as keys: whoever may not see a field must not see it for that
 * reason. `__typename` stays, since it tells which fragments apply.
 */
export function keepSelected(
  data: JsonObject,
  { schema, selection, rootTypeName }: { schema: GraphQLSchema; selection: Selection; rootTypeName: string },
): JsonObject {
  return keepFields(data, rootTypeName, selection);

  function keepFields(object: JsonObject, typeName: string, selected: Selection): JsonObject {
    const kept: JsonObject = {};
    if (object.__typename !== undefined) kept.__typename = object.__typename;
    for (const field of selected.fieldsFor(typeName)) {
      const value = Object.hasOwn(object, field.key) ? object[field.key] : undefined;
      if (value === undefined) continue;
      kept[field.key] = field.selection ? keepValue(value, field.type, field.selection) : value;
    }
    return kept;
  }

  function keepValue(value: JsonValue, type: GraphQLOutputType, below: Selection): JsonValue {
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      return Array.isArray(value) ? value.map((item) => keepValue(item, nullable.ofType, below)) : value;
    }
    if (!isJsonObject(value)) return value;
    const typeName = concreteTypeName(value, nullable, schema);
    return keepFields(value, typeName ?? "", below);
  }
}
