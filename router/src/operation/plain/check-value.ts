import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type ObjectValueNode,
  type ValueNode,
} from "graphql";

/** A variable where a value is expected. */
export interface VariableUse {
  name: string;
  type: GraphQLInputType;
  /** Whether the place has a default of its own. */
  hasDefault: boolean;
}

/** Whether the literal plainly is of the type; notes the variables in it. */
export function isPlainValue(
  node: ValueNode,
  { type, hasDefault }: Pick<VariableUse, "type" | "hasDefault">,
  uses: VariableUse[],
): boolean {
  if (node.kind === Kind.VARIABLE) {
    uses.push({ name: node.name.value, type, hasDefault });
    return true;
  }
  const isRequired = isNonNullType(type);
  if (node.kind === Kind.NULL) return !isRequired;
  const nullable = isRequired ? type.ofType : type;
  if (isListType(nullable)) {
    // https://spec.graphql.org/October2021/#sec-List.Input-Coercion: a single value stands for a list of one.
    const items = node.kind === Kind.LIST ? node.values : [node];
    const place = { type: nullable.ofType, hasDefault: false };
    return items.every((item) => isPlainValue(item, place, uses));
  }
  if (isInputObjectType(nullable)) return node.kind === Kind.OBJECT && isPlainObject(node, nullable, uses);
  if (node.kind === Kind.LIST || node.kind === Kind.OBJECT) return false;
  try {
    return nullable.parseLiteral(node, undefined) !== undefined;
  } catch {
    return false;
  }
}

function isPlainObject(node: ObjectValueNode, type: GraphQLInputObjectType, uses: VariableUse[]): boolean {
  if (type.isOneOf) return false;
  const fields = type.getFields();
  const given = new Set<string>();
  for (const { name, value } of node.fields) {
    const field = Object.hasOwn(fields, name.value) ? fields[name.value] : undefined;
    if (field === undefined || given.has(field.name)) return false;
    given.add(field.name);
    const place = { type: field.type, hasDefault: field.defaultValue !== undefined };
    if (!isPlainValue(value, place, uses)) return false;
  }
  return Object.values(fields).every((field) => !isRequiredInputField(field) || given.has(field.name));
}
