import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from "graphql";
import type { ObservedField } from "../telemetry/observer.ts";

interface Document {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** The selected fields as they were written: under the type that their selection stands in, fragments opened. */
export function listFields(
  document: Document,
  selectionSet: SelectionSetNode | undefined,
  parent: GraphQLNamedType | undefined,
): ObservedField[] {
  if (!selectionSet || !isCompositeType(parent)) return [];
  return selectionSet.selections.flatMap((selection): ObservedField[] => {
    if (selection.kind === "Field") return listField(document, selection, parent);
    if (selection.kind === "InlineFragment") {
      const condition = selection.typeCondition?.name.value;
      const type = condition === undefined ? parent : document.schema.getType(condition);
      return listFields(document, selection.selectionSet, type);
    }
    const fragment = document.fragments.get(selection.name.value);
    const type = fragment && document.schema.getType(fragment.typeCondition.name.value);
    return listFields(document, fragment?.selectionSet, type);
  });
}

function listField(document: Document, node: FieldNode, parent: GraphQLCompositeType): ObservedField[] {
  const name = node.name.value;
  const type = fieldOf(parent, name)?.type;
  if (!type) return [];
  const fieldType = getNamedType(type);
  return [
    {
      key: node.alias?.value ?? name,
      name,
      typeName: fieldType.name,
      parentTypeName: parent.name,
      fields: listFields(document, node.selectionSet, fieldType),
    },
  ];
}

function fieldOf(
  parent: GraphQLCompositeType,
  name: string,
): Pick<GraphQLField<unknown, unknown>, "type"> | undefined {
  const own = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  return own ?? metaFields.find((field) => field.name === name);
}

/** Validation has seen to it that each stands where it may. */
const metaFields = [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef];
