import {
  type DocumentNode,
  GraphQLList,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import { Layout } from "./tape.ts";

/** What a subgraph was asked for at one place, field by field in the order in which it answers. */
export interface Shape {
  readonly typeName: string;
  readonly fields: readonly ShapeField[];
  /** How an object of this shape is written down; with what other fetches will hang on it. */
  readonly layout: Layout;
}

export interface ShapeField {
  readonly key: string;
  readonly name: string;
  /** Undefined where clients may not see the field: then any plain value will do. */
  readonly type: GraphQLOutputType | undefined;
  /** Undefined for leaves. */
  readonly shape: Shape | undefined;
}

/** Reads the shapes of one subgraph operation. Undefined where an answer's shape is not known beforehand. */
export class ShapeReader {
  private readonly document: DocumentNode;
  private readonly isConditional: boolean;

  constructor(
    private readonly schema: GraphQLSchema,
    operation: string,
  ) {
    this.isConditional = operation.includes("@");
    this.document = parse(operation, { noLocation: true });
  }

  readRoot(): Shape | undefined {
    const typeName = this.schema.getQueryType()?.name;
    return typeName === undefined ? undefined : this.readSets(typeName, [this.rootSet()]);
  }

  /** The shape of an answer that has a list of entities under each alias. */
  readEntities(aliases: readonly string[]): Shape | undefined {
    const fields: ShapeField[] = [];
    for (const selection of this.rootSet().selections) {
      if (selection.kind !== Kind.FIELD || !selection.selectionSet) return undefined;
      const key = (selection.alias ?? selection.name).value;
      const typeName = onlyTypeOf(selection.selectionSet);
      const type = typeName === undefined ? undefined : this.schema.getType(typeName);
      if (!isObjectType(type) || !aliases.includes(key)) return undefined;
      const shape = this.readSets(type.name, [selection.selectionSet]);
      if (!shape) return undefined;
      fields.push({ key, name: selection.name.value, type: new GraphQLList(type), shape });
    }
    return { typeName: "", fields, layout: layoutOf(fields) };
  }

  private rootSet(): SelectionSetNode {
    const root = this.document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
    if (!root) throw new Error("a fetch's operation holds no operation");
    return root.selectionSet;
  }

  private readSets(typeName: string, sets: readonly SelectionSetNode[]): Shape | undefined {
    const type = this.schema.getType(typeName);
    if (this.isConditional || !isObjectType(type)) return undefined;
    const gathered = new Map<string, { name: string; sets: SelectionSetNode[] }>();
    if (!sets.every(({ selections }) => this.gather(typeName, selections, gathered))) return undefined;
    const fields: ShapeField[] = [];
    for (const [key, { name, sets: below }] of gathered) {
      const fieldType = type.getFields()[name]?.type;
      const shape = below.length > 0 ? this.readBelow(fieldType, below) : undefined;
      if (below.length > 0 && !shape) return undefined;
      fields.push({ key, name, type: fieldType, shape });
    }
    return { typeName, fields, layout: layoutOf(fields) };
  }

  private readBelow(
    type: GraphQLOutputType | undefined,
    sets: readonly SelectionSetNode[],
  ): Shape | undefined {
    return type && this.readSets(getNamedType(type).name, sets);
  }

  /** False where a type condition decides what is answered. */
  private gather(
    typeName: string,
    selections: readonly SelectionNode[],
    gathered: Map<string, { name: string; sets: SelectionSetNode[] }>,
  ): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        // Written as a key of an object literal, it would be no key.
        if (key === "__proto__") return false;
        const known = gathered.get(key) ?? { name: selection.name.value, sets: [] };
        if (selection.selectionSet) known.sets.push(selection.selectionSet);
        gathered.set(key, known);
        return true;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragment(selection.name.value);
      const condition = fragment?.typeCondition?.name.value ?? typeName;
      return fragment && condition === typeName
        ? this.gather(typeName, fragment.selectionSet.selections, gathered)
        : false;
    });
  }

  private fragment(name: string) {
    return this.document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name,
    ) as { typeCondition: { name: { value: string } }; selectionSet: SelectionSetNode } | undefined;
  }
}

function layoutOf(fields: readonly ShapeField[]): Layout {
  const layout = new Layout();
  for (const { key, shape } of fields) layout.addField(key, shape === undefined);
  return layout;
}

function onlyTypeOf({ selections: [only, ...others] }: SelectionSetNode): string | undefined {
  return only?.kind === Kind.INLINE_FRAGMENT && others.length === 0
    ? only.typeCondition?.name.value
    : undefined;
}
