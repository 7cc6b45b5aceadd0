import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from "graphql";

const depthMax = 20;
const itemsMax = 100;

/** Which input fields and enum values a variable's value names. The values themselves are not looked at. */
export function nameInputs(
  value: unknown,
  type: GraphQLInputType,
  named: { inputFields: Set<string>; enumValues: Set<string> },
  depth = 0,
): void {
  if (value === null || value === undefined || depth > depthMax) return;
  if (isNonNullType(type)) {
    nameInputs(value, type.ofType, named, depth);
  } else if (isListType(type)) {
    // A list of many says nothing new after its first items.
    for (const item of Array.isArray(value) ? value.slice(0, itemsMax) : [value]) {
      nameInputs(item, type.ofType, named, depth + 1);
    }
  } else if (isEnumType(type)) {
    if (typeof value === "string" && type.getValue(value)) named.enumValues.add(`${type.name}.${value}`);
  } else if (isInputObjectType(type) && typeof value === "object") {
    const fields = type.getFields();
    for (const [name, given] of Object.entries(value)) {
      const field = fields[name];
      if (!field) continue;
      named.inputFields.add(`${type.name}.${name}`);
      nameInputs(given, field.type, named, depth + 1);
    }
  }
}
