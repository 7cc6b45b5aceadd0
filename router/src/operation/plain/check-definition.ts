import {
  type ArgumentNode,
  type DirectiveNode,
  doTypesOverlap,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type SelectionSetNode,
} from "graphql";
import { isPlainValue, type VariableUse } from "./check-value.ts";
import type { ArgumentsFacts, CompositeFacts, FieldFacts, SchemaFacts } from "./schema-facts.ts";

/** What one operation or fragment holds, fragments that it spreads left aside. */
export interface DefinitionFacts {
  /** Each as often as it is spread. */
  spreads: string[];
  variables: VariableUse[];
  selections: number;
  depth: number;
}

export interface DocumentContext {
  schema: SchemaFacts;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Fields by the names that they have in the answer, at one place of it. */
type NamesInUse = Map<string, { node: FieldNode; facts: FieldFacts }>;

/** Looks at fields of fragments from where they are spread, in one definition. */
const spreadLooksMax = 5_000;

/** Checks one definition by itself: undefined where anything about it is not plainly right. */
export class DefinitionCheck {
  private readonly facts: DefinitionFacts = { spreads: [], variables: [], selections: 0, depth: 0 };
  private spreadLooksLeft = spreadLooksMax;

  constructor(
    private readonly context: DocumentContext,
    /** Told of fields that share a name and are not plainly one field. */
    private readonly mustMerge: () => void,
  ) {}

  check(set: SelectionSetNode, typeName: string): DefinitionFacts | undefined {
    const type = this.context.schema.composite(typeName);
    return type !== undefined && this.isPlainSet(set, type, new Map(), 1) ? this.facts : undefined;
  }

  /** Directives stand in few places only, most of which have none. */
  arePlainDirectives(directives: readonly DirectiveNode[] | undefined, location: string): boolean {
    if (directives === undefined || directives.length === 0) return true;
    const seen = new Set<string>();
    return directives.every((directive) => {
      const name = directive.name.value;
      const facts = this.context.schema.directive(name);
      if (facts === undefined || !facts.locations.has(location)) return false;
      if (seen.has(name) && !facts.isRepeatable) return false;
      seen.add(name);
      return this.arePlainArguments(directive.arguments, facts.arguments);
    });
  }

  private isPlainSet(set: SelectionSetNode, type: CompositeFacts, names: NamesInUse, depth: number): boolean {
    if (depth > this.facts.depth) this.facts.depth = depth;
    for (const selection of set.selections) {
      this.facts.selections++;
      if (selection.kind === "Field") {
        if (!this.isPlainField(selection, type, names, depth)) return false;
        continue;
      }
      if (selection.kind === "InlineFragment") {
        const narrowed = this.narrow(type, selection.typeCondition?.name.value ?? type.name);
        if (narrowed === undefined) return false;
        if (!this.arePlainDirectives(selection.directives, "INLINE_FRAGMENT")) return false;
        if (!this.isPlainSet(selection.selectionSet, narrowed, names, depth)) return false;
        continue;
      }
      const name = selection.name.value;
      const fragment = this.context.fragments.get(name);
      if (fragment === undefined || this.narrow(type, fragment.typeCondition.name.value) === undefined)
        return false;
      if (!this.arePlainDirectives(selection.directives, "FRAGMENT_SPREAD")) return false;
      this.facts.spreads.push(name);
      if (!this.gatherSpread(fragment, names, new Set())) return false;
    }
    return true;
  }

  private isPlainField(node: FieldNode, type: CompositeFacts, names: NamesInUse, depth: number): boolean {
    const facts = type.fields.get(node.name.value);
    if (facts === undefined || facts.isLeaf !== (node.selectionSet === undefined)) return false;
    if (!this.arePlainArguments(node.arguments, facts.arguments)) return false;
    if (!this.arePlainDirectives(node.directives, "FIELD")) return false;
    this.noteName(node, facts, names);
    if (node.selectionSet === undefined) return true;
    const below = this.context.schema.composite(facts.namedType);
    return below !== undefined && this.isPlainSet(node.selectionSet, below, new Map(), depth + 1);
  }

  private arePlainArguments(nodes: readonly ArgumentNode[] | undefined, facts: ArgumentsFacts): boolean {
    if (nodes === undefined || nodes.length === 0) return facts.required.length === 0;
    const given = new Set<string>();
    for (const { name, value } of nodes) {
      const argument = facts.byName.get(name.value);
      if (argument === undefined || given.has(name.value)) return false;
      given.add(name.value);
      const place = { type: argument.type, hasDefault: argument.defaultValue !== undefined };
      if (!isPlainValue(value, place, this.facts.variables)) return false;
    }
    return facts.required.every((name) => given.has(name));
  }

  /** The type that a fragment narrows to; undefined where no object can be of both. */
  private narrow(type: CompositeFacts, condition: string): CompositeFacts | undefined {
    if (condition === type.name) return type;
    const { schema } = this.context;
    const narrowed = schema.composite(condition);
    if (narrowed === undefined) return undefined;
    // The casts hold: both have facts of a composite type.
    const one = schema.schema.getType(type.name) as GraphQLCompositeType;
    const other = schema.schema.getType(condition) as GraphQLCompositeType;
    return doTypesOverlap(schema.schema, one, other) ? narrowed : undefined;
  }

  private noteName(node: FieldNode, facts: FieldFacts, names: NamesInUse): void {
    const name = (node.alias ?? node.name).value;
    const known = names.get(name);
    if (known === undefined) names.set(name, { node, facts });
    else if (!isSameLeaf(known, { node, facts })) this.mustMerge();
  }

  /** The fragment's fields share their names with those around the spread; all else about it is checked where it stands. */
  private gatherSpread(
    { selectionSet, typeCondition }: FragmentDefinitionNode,
    names: NamesInUse,
    visited: Set<string>,
  ): boolean {
    const type = this.context.schema.composite(typeCondition.name.value);
    return type !== undefined && this.gather(selectionSet, type, names, visited);
  }

  private gather(
    set: SelectionSetNode,
    type: CompositeFacts,
    names: NamesInUse,
    visited: Set<string>,
  ): boolean {
    for (const selection of set.selections) {
      if (--this.spreadLooksLeft < 0) return false;
      if (selection.kind === "Field") {
        const facts = type.fields.get(selection.name.value);
        if (facts === undefined) return false;
        this.noteName(selection, facts, names);
      } else if (selection.kind === "InlineFragment") {
        const narrowed = this.context.schema.composite(selection.typeCondition?.name.value ?? type.name);
        if (narrowed === undefined || !this.gather(selection.selectionSet, narrowed, names, visited))
          return false;
      } else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        const fragment = this.context.fragments.get(selection.name.value);
        if (fragment === undefined || !this.gatherSpread(fragment, names, visited)) return false;
      }
    }
    return true;
  }
}

type NamedField = NonNullable<ReturnType<NamesInUse["get"]>>;

/** One field without arguments, or two of different objects with one type: they can stand for each other. */
function isSameLeaf(one: NamedField, other: NamedField): boolean {
  return (
    one.facts.isLeaf &&
    one.node.name.value === other.node.name.value &&
    !one.node.arguments?.length &&
    !other.node.arguments?.length &&
    (one.facts.type === other.facts.type || String(one.facts.type) === String(other.facts.type))
  );
}
