import { type FieldNode, Kind, parse, type SelectionNode } from "graphql";

/** The fields below a sized field that have its size, as `sizedFields` of `@listSize` names them. */
export interface SizedFields {
  has(fieldName: string): boolean;
  below(fieldName: string): SizedFields | undefined;
}

/** Each text is a field set such as `edges` or `results { page }`. */
export function readSizedFields(texts: readonly string[]): SizedFields {
  return compile(texts.flatMap(readFieldSet));
}

function readFieldSet(text: string): FieldNode[] {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? fieldsOf(definition.selectionSet.selections) : [];
}

function fieldsOf(selections: readonly SelectionNode[]): FieldNode[] {
  return selections.filter((selection) => selection.kind === Kind.FIELD);
}

function compile(fields: readonly FieldNode[]): SizedFields {
  const below = new Map<string, SizedFields>();
  const parents = fields.filter(({ selectionSet }) => selectionSet !== undefined);
  for (const [name, same] of Map.groupBy(parents, ({ name }) => name.value)) {
    below.set(name, compile(same.flatMap((field) => fieldsOf(field.selectionSet?.selections ?? []))));
  }
  const leaves = new Set(leafNames(fields).filter((name) => !below.has(name)));
  return { has: (name) => leaves.has(name), below: (name) => below.get(name) };
}

/** Those of all levels, as in Apollo Router. */
function leafNames(fields: readonly FieldNode[]): string[] {
  return fields.flatMap(({ name, selectionSet }) =>
    selectionSet ? leafNames(fieldsOf(selectionSet.selections)) : [name.value],
  );
}
