import {
  type DirectiveNode,
  type GraphQLField,
  GraphQLInterfaceType,
  type GraphQLNamedType,
  GraphQLObjectType,
  valueFromASTUntyped,
} from "graphql";
import type { CacheHint } from "./policy.ts";

export interface SchemaHint extends CacheHint {
  inheritMaxAge?: boolean;
}

const typeHints = new WeakMap<GraphQLNamedType, SchemaHint>();
const fieldHints = new WeakMap<GraphQLField<unknown, unknown>, SchemaHint>();

export function hintOfType(type: GraphQLNamedType): SchemaHint {
  return remember(typeHints, type, () => {
    const nodes = [type.astNode, ...type.extensionASTNodes];
    return readHint(nodes.flatMap((node) => node?.directives ?? []));
  });
}

export function hintOfField(field: GraphQLField<unknown, unknown>): SchemaHint {
  return remember(fieldHints, field, () => readHint(field.astNode?.directives ?? []));
}

/** Whether a schema has any hint at all: without one every answer says `no-store`. */
export function hasHints(types: readonly GraphQLNamedType[]): boolean {
  const isEmpty = (hint: SchemaHint) => Object.keys(hint).length === 0;
  return types.some((type) => {
    if (!isEmpty(hintOfType(type))) return true;
    if (!(type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType)) return false;
    return Object.values(type.getFields()).some((field) => !isEmpty(hintOfField(field)));
  });
}

function readHint(directives: readonly DirectiveNode[]): SchemaHint {
  const directive = directives.find(({ name }) => name.value === "cacheControl");
  const values = (directive?.arguments ?? []).map(({ name, value }) => [
    name.value,
    valueFromASTUntyped(value),
  ]);
  return Object.fromEntries(values) as SchemaHint;
}

function remember<Key extends object>(
  known: WeakMap<Key, SchemaHint>,
  key: Key,
  read: () => SchemaHint,
): SchemaHint {
  let hint = known.get(key);
  if (!hint) {
    hint = read();
    known.set(key, hint);
  }
  return hint;
}
