import {
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
} from "graphql";
import { type DataModel, type Instance, within } from "./data-model.ts";
import type { SupergraphTypes } from "./supergraph-types.ts";

type Projection = Record<string, unknown>;

/** A representation lacks something that a key or a `@requires` needs. */
export class MissingInput extends Error {}

/** What a field set selects from the data itself. */
export function projectInstance(of: {
  model: DataModel;
  schema: GraphQLSchema;
  typeName: string;
  instance: Instance;
  selections: readonly SelectionNode[];
}): Projection {
  const result: Projection = {};
  for (const selection of of.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? of.typeName;
      if (!of.model.types.objectsOf(condition).includes(of.instance.typeName)) continue;
      const selections = selection.selectionSet.selections;
      mergeInto(result, projectInstance({ ...of, typeName: condition, selections }));
    }
    if (selection.kind !== Kind.FIELD || selection.name.value === "__typename") continue;
    const field = fieldOf(of.schema, of.typeName, selection.name.value);
    const values = getArgumentValues(field, selection);
    const { instance, model } = of;
    const contexts = model.contexts.lookUp(instance, field.name);
    const found = model.value({ instance, fieldName: field.name, arguments: values, contexts });
    const value = model.contexts.areUsed ? within(found, instance) : found;
    const typeName = getNamedType(field.type).name;
    const selections = selection.selectionSet?.selections;
    mergeInto(result, {
      [field.name]: mapItems(value, (item) =>
        selections ? projectInstance({ ...of, typeName, instance: item as Instance, selections }) : item,
      ),
    });
  }
  return result;
}

/** What a field set selects from a representation that arrived. Throws where something is missing. */
export function projectRepresentation(of: {
  types: SupergraphTypes;
  schema: GraphQLSchema;
  typeName: string;
  representation: Projection;
  selections: readonly SelectionNode[];
}): Projection {
  const result: Projection = {};
  for (const selection of of.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? of.typeName;
      if (!isOfType(of, condition)) continue;
      const selections = selection.selectionSet.selections;
      mergeInto(result, projectRepresentation({ ...of, typeName: condition, selections }));
    }
    if (selection.kind !== Kind.FIELD || selection.name.value === "__typename") continue;
    const field = fieldOf(of.schema, of.typeName, selection.name.value);
    const value = of.representation[field.name];
    if (value === undefined) throw new MissingInput(`representation of ${of.typeName} lacks ${field.name}`);
    const typeName = getNamedType(field.type).name;
    const selections = selection.selectionSet?.selections;
    mergeInto(result, {
      [field.name]: mapItems(value, (item) =>
        selections
          ? projectRepresentation({ ...of, typeName, representation: item as Projection, selections })
          : item,
      ),
    });
  }
  return result;
}

function isOfType(
  of: { types: SupergraphTypes; typeName: string; representation: Projection },
  condition: string,
): boolean {
  const name = of.representation.__typename;
  if (typeof name === "string") return name === condition || of.types.objectsOf(condition).includes(name);
  if (condition === of.typeName) return true;
  throw new MissingInput(`representation of ${of.typeName} lacks __typename`);
}

function fieldOf(schema: GraphQLSchema, typeName: string, fieldName: string): GraphQLField<unknown, unknown> {
  const type = schema.getType(typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
  if (!field) throw new Error(`a field set names ${typeName}.${fieldName}, which its subgraph does not have`);
  return field;
}

function mapItems(value: unknown, map: (item: unknown) => unknown): unknown {
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? value.map((item) => mapItems(item, map)) : map(value);
}

/** Two fragments of one field set may select into the same object. */
function mergeInto(target: Projection, source: Projection): void {
  for (const [name, value] of Object.entries(source)) target[name] = merged(target[name], value);
}

function merged(left: unknown, right: unknown): unknown {
  if (Array.isArray(left) && Array.isArray(right)) return left.map((item, i) => merged(item, right[i]));
  if (isProjection(left) && isProjection(right)) {
    const both = { ...left };
    mergeInto(both, right);
    return both;
  }
  return right;
}

function isProjection(value: unknown): value is Projection {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
