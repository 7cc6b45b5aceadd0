import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  print,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type ValidationContext,
  type ValueNode,
} from "graphql";

/** As Apollo Router; it also ends fragments that contain themselves, which another rule reports. */
const depthMax = 128;
/** Looks at a field, over a whole document. An operation that may be planned needs two for each of its fields. */
const looksMax = 100_000;

/**
 * Fields of one response name must be one field, with one shape. https://spec.graphql.org/October2021/#FieldsInSetCanMerge()
 * Compared as groups with their first field, since both relations are transitive: linear where the specification's
 * own wording compares each pair.
 */
export function FieldsCanMergeRule(context: ValidationContext): ASTVisitor {
  const merger = new FieldMerger(context);
  return {
    OperationDefinition(operation) {
      merger.check(operation);
      return false;
    },
    FragmentDefinition: () => false,
  };
}

/** The same for a document of which nothing else is known. */
export function haveMergeableFields(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  operation: OperationDefinitionNode,
): boolean {
  let conflicts = 0;
  const merger = new FieldMerger({
    getSchema: () => schema,
    getFragment: (name) => fragments.get(name),
    reportError: () => void conflicts++,
  });
  merger.check(operation);
  return conflicts === 0;
}

type MergeContext = Pick<ValidationContext, "getSchema" | "getFragment" | "reportError">;

interface Source {
  set: SelectionSetNode;
  parentType: GraphQLNamedType | undefined;
}

interface FieldUse {
  node: FieldNode;
  parentType: GraphQLNamedType;
  type: GraphQLOutputType;
}

class FieldMerger {
  private looksLeft = looksMax;
  private isTooDeep = false;
  private readonly argumentTexts = new Map<FieldNode, string>();

  constructor(private readonly context: MergeContext) {}

  check(operation: OperationDefinitionNode): void {
    const parentType = this.context.getSchema().getRootType(operation.operation) ?? undefined;
    const root = [{ set: operation.selectionSet, parentType }];
    this.isTooDeep = false;
    this.checkShapes(root, 0);
    this.checkSameFields(root, 0);
    if (this.isTooDeep) this.report("too much recursion", operation);
    else if (this.looksLeft < 0) this.report("too many fields share their names", operation);
  }

  /** https://spec.graphql.org/October2021/#SameResponseShape() */
  private checkShapes(sources: readonly Source[], depth: number): void {
    if (this.mustStop(depth)) return;
    for (const [first, ...others] of this.gatherByName(sources).values()) {
      if (!first) continue;
      for (const other of others) {
        if (!haveSameShape(first.type, other.type)) {
          const reason = `they return conflicting types "${first.type} and "${other.type}"`;
          this.reportConflict(responseName(first.node), reason, other.node);
        }
      }
      const nested = nestedSources([first, ...others]);
      if (nested.length > 0) this.checkShapes(nested, depth + 1);
    }
  }

  private checkSameFields(sources: readonly Source[], depth: number): void {
    if (this.mustStop(depth)) return;
    for (const uses of this.gatherByName(sources).values()) {
      for (const group of groupByCommonParents(uses)) {
        this.looksLeft -= group.length;
        if (this.mustStop(depth)) return;
        this.compareWithFirst(group);
        const nested = nestedSources(group);
        if (nested.length > 0) this.checkSameFields(nested, depth + 1);
      }
    }
  }

  private compareWithFirst([first, ...others]: readonly FieldUse[]): void {
    if (!first) return;
    const name = first.node.name.value;
    for (const { node } of others) {
      if (node.name.value !== name) {
        const reason = `"${name}" and "${node.name.value}" are different fields`;
        this.reportConflict(responseName(node), reason, node);
      } else if (this.argumentText(node) !== this.argumentText(first.node)) {
        this.reportConflict(name, "they have differing arguments", node);
      }
    }
  }

  private mustStop(depth: number): boolean {
    if (depth > depthMax) this.isTooDeep = true;
    return depth > depthMax || this.looksLeft < 0;
  }

  private gatherByName(sources: readonly Source[]): Map<string, FieldUse[]> {
    const byName = new Map<string, FieldUse[]>();
    const spread = new Set<string>();
    // Grows while it is walked.
    const queue = [...sources];
    for (const next of queue) {
      if (this.looksLeft < 0) break;
      for (const selection of next.set.selections) {
        this.looksLeft--;
        if (selection.kind === "Field") this.addUse(selection, next.parentType, byName);
        else if (selection.kind === "InlineFragment") {
          const condition = selection.typeCondition?.name.value;
          const parentType = condition === undefined ? next.parentType : this.type(condition);
          queue.push({ set: selection.selectionSet, parentType });
        } else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value);
          const fragment = this.context.getFragment(selection.name.value);
          if (fragment)
            queue.push({
              set: fragment.selectionSet,
              parentType: this.type(fragment.typeCondition.name.value),
            });
        }
      }
    }
    return byName;
  }

  // What the schema does not have is another rule's to report.
  private addUse(
    node: FieldNode,
    parentType: GraphQLNamedType | undefined,
    byName: Map<string, FieldUse[]>,
  ): void {
    const field = parentType && this.field(parentType, node.name.value);
    if (!field) return;
    const name = responseName(node);
    const use = { node, parentType, type: field.type };
    const known = byName.get(name);
    if (known) known.push(use);
    else byName.set(name, [use]);
  }

  private type(name: string): GraphQLNamedType | undefined {
    return this.context.getSchema().getType(name);
  }

  private field(parentType: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name && isCompositeType(parentType)) return TypeNameMetaFieldDef;
    if (parentType === this.context.getSchema().getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    }
    return isObjectType(parentType) || isInterfaceType(parentType) ? parentType.getFields()[name] : undefined;
  }

  private argumentText(node: FieldNode): string {
    if (!node.arguments || node.arguments.length === 0) return "";
    let text = this.argumentTexts.get(node);
    if (text === undefined) {
      text = writeArguments(node);
      this.argumentTexts.set(node, text);
    }
    return text;
  }

  private reportConflict(name: string, reason: string, node: FieldNode): void {
    this.report(
      `Fields "${name}" conflict because ${reason}. Use different aliases on the fields to fetch both if this was intentional.`,
      node,
    );
  }

  private report(message: string, node: FieldNode | OperationDefinitionNode): void {
    this.context.reportError(new GraphQLError(message, { nodes: [node] }));
  }
}

function responseName({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function nestedSources(uses: readonly FieldUse[]): Source[] {
  return uses.flatMap(({ node, type }) =>
    node.selectionSet ? [{ set: node.selectionSet, parentType: getNamedType(type) }] : [],
  );
}

/** Two objects of different types are never one: only fields of the same object type, or of an abstract one, can meet. */
function groupByCommonParents(uses: readonly FieldUse[]): FieldUse[][] {
  const ofAbstract: FieldUse[] = [];
  const byObjectType = new Map<GraphQLNamedType, FieldUse[]>();
  for (const use of uses) {
    const known = byObjectType.get(use.parentType);
    if (!isObjectType(use.parentType)) ofAbstract.push(use);
    else if (known) known.push(use);
    else byObjectType.set(use.parentType, [use]);
  }
  if (byObjectType.size === 0) return [ofAbstract];
  return [...byObjectType.values()].map((group) => [...group, ...ofAbstract]);
}

function haveSameShape(one: GraphQLOutputType, other: GraphQLOutputType): boolean {
  if (isNonNullType(one) || isNonNullType(other))
    return isNonNullType(one) && isNonNullType(other) && haveSameShape(one.ofType, other.ofType);
  if (isListType(one) || isListType(other))
    return isListType(one) && isListType(other) && haveSameShape(one.ofType, other.ofType);
  return one === other || (isCompositeType(one) && isCompositeType(other));
}

/** Neither the order of arguments nor that of an input object's fields makes a difference. */
function writeArguments({ arguments: given = [] }: FieldNode): string {
  return given
    .map(({ name, value }) => `${name.value}:${print(sortFields(value))}`)
    .sort()
    .join("\n");
}

function sortFields(value: ValueNode): ValueNode {
  if (value.kind === "ListValue") return { ...value, values: value.values.map(sortFields) };
  if (value.kind !== "ObjectValue") return value;
  const fields = value.fields.map((field) => ({ ...field, value: sortFields(field.value) }));
  return { ...value, fields: fields.sort((one, other) => (one.name.value < other.name.value ? -1 : 1)) };
}
