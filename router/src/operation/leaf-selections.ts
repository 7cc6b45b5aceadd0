import {
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  type GraphQLNamedType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  type SelectionNode,
  type ValidationContext,
} from "graphql";

/**
 * Leaves take no selection, everything else needs one. https://spec.graphql.org/October2021/#sec-Leaf-Field-Selections
 * To Apollo Router a selection of nothing but unknown fields is none.
 */
export function LeafSelectionsRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      const type = context.getType();
      const parentType = context.getParentType();
      if (!type || !parentType) return;
      const problem = isLeafType(getNamedType(type))
        ? node.selectionSet && unwantedSelection(node, getNamedType(type))
        : !hasSelection(node, getNamedType(type), context) && missingSelection(node, parentType);
      if (problem) context.reportError(new GraphQLError(problem, { nodes: [node] }));
    },
  };
}

function unwantedSelection({ name }: FieldNode, type: GraphQLNamedType): string {
  return `Field "${name.value}" must not have a selection since type "${type}" has no subfields`;
}

/** Apollo Router names the parent's type. */
function missingSelection({ name }: FieldNode, parentType: GraphQLNamedType): string {
  return `Field "${name.value}" of type "${parentType}" must have a selection of subfields. Did you mean "${name.value} { ... }"?`;
}

function hasSelection(
  { selectionSet }: FieldNode,
  type: GraphQLNamedType,
  context: ValidationContext,
): boolean {
  return selectionSet?.selections.some((selection) => counts(selection, type, context)) ?? false;
}

function counts(selection: SelectionNode, parentType: GraphQLNamedType, context: ValidationContext): boolean {
  if (selection.kind === "FragmentSpread") return true;
  if (selection.kind === "InlineFragment") {
    const condition = selection.typeCondition?.name.value;
    return condition === undefined || context.getSchema().getType(condition) !== undefined;
  }
  if (selection.name.value === "__typename") return true;
  const isObject = isObjectType(parentType) || isInterfaceType(parentType);
  const field = isObject ? parentType.getFields()[selection.name.value] : undefined;
  return field !== undefined && !(selection.selectionSet && isLeafType(getNamedType(field.type)));
}
