import type { Change } from "@graphql-inspector/core";
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";

/**
 * What somebody must use to be hurt by a change, as places in the schema before it: `Order.tip`, `Order.items.limit`,
 * `NewOrder.table`, `Status.OPEN`. Undefined where use does not tell, so that the change hurts in any case.
 */
export function coordinatesOf({ type, path = "" }: Change, before: GraphQLSchema): string[] | undefined {
  const [typeName = "", member = "", argument] = path.split(".");
  switch (type) {
    case "FIELD_REMOVED":
    case "FIELD_TYPE_CHANGED":
    case "INPUT_FIELD_REMOVED":
    case "INPUT_FIELD_TYPE_CHANGED":
    case "ENUM_VALUE_REMOVED":
      return [`${typeName}.${member}`];
    case "FIELD_ARGUMENT_REMOVED":
    case "FIELD_ARGUMENT_TYPE_CHANGED":
    case "FIELD_ARGUMENT_DEFAULT_CHANGED":
      return [`${typeName}.${member}.${argument}`];
    // Whoever asks for the field does not give what it wants now.
    case "FIELD_ARGUMENT_ADDED":
      return [`${typeName}.${member}`];
    case "INPUT_FIELD_ADDED":
    case "TYPE_REMOVED":
    case "TYPE_KIND_CHANGED":
      return usesOfType(before, typeName);
    case "UNION_MEMBER_REMOVED":
      return usesOfType(before, String((member || argument) ?? ""));
    case "OBJECT_TYPE_INTERFACE_REMOVED":
      return usesOfType(before, typeName);
    default:
      return undefined;
  }
}

/** Its own members, and everything that answers or takes it. */
function usesOfType(schema: GraphQLSchema, name: string): string[] | undefined {
  const type = schema.getType(name);
  if (!type) return undefined;
  return [
    ...membersOf(type),
    ...Object.values(schema.getTypeMap()).flatMap((owner) => mentions(owner, name)),
  ];
}

function membersOf(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map((value) => `${type.name}.${value.name}`);
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
    return Object.keys(type.getFields()).map((field) => `${type.name}.${field}`);
  }
  return [];
}

function mentions(owner: GraphQLNamedType, name: string): string[] {
  if (owner.name.startsWith("__")) return [];
  if (isInputObjectType(owner)) {
    return Object.values(owner.getFields())
      .filter((field) => getNamedType(field.type).name === name)
      .map((field) => `${owner.name}.${field.name}`);
  }
  if (!isObjectType(owner) && !isInterfaceType(owner)) return [];
  return Object.values(owner.getFields()).flatMap((field) => {
    const place = `${owner.name}.${field.name}`;
    const given = field.args.filter((argument) => getNamedType(argument.type).name === name);
    const taken = given.map((argument) => `${place}.${argument.name}`);
    return getNamedType(field.type).name === name ? [place, ...taken] : taken;
  });
}
