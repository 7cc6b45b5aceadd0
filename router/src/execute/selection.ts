import {
  type DirectiveNode,
  type FragmentDefinitionNode,
  type GraphQLFieldMap,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from "graphql";
import { allOf, always, anyOf, type Condition, isAlways, readCondition } from "./condition.ts";

/** A field of the answer, under the key that the client gave it. */
export interface SelectedField {
  key: string;
  name: string;
  type: GraphQLOutputType;
  when: Condition;
  /** Undefined for leaves. */
  selection: Selection | undefined;
}

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export interface Document {
  schema: GraphQLSchema;
  fragments: Fragments;
}

interface Source {
  node: SelectionSetNode;
  when: Condition;
}

/** What a client selected at one place, by CollectFields for each concrete type, worked out when first needed. */
export class Selection {
  private readonly fieldsByType = new Map<string, readonly SelectedField[]>();

  constructor(
    private readonly document: Document,
    private readonly sources: readonly Source[],
  ) {}

  static ofOperation(document: Document, node: SelectionSetNode): Selection {
    return new Selection(document, [{ node, when: always }]);
  }

  /** Empty for a name that is no object type of the API schema. */
  fieldsFor(typeName: string): readonly SelectedField[] {
    let fields = this.fieldsByType.get(typeName);
    if (!fields) {
      fields = new FieldCollector(this.document, typeName).collect(this.sources);
      this.fieldsByType.set(typeName, fields);
    }
    return fields;
  }
}

interface Gathered {
  name: string;
  type: GraphQLOutputType;
  occurrences: { when: Condition; node: SelectionSetNode | undefined }[];
}

/** https://spec.graphql.org/October2021/#CollectFields() */
class FieldCollector {
  private readonly gathered = new Map<string, Gathered>();
  private readonly visited = new Set<string>();
  private readonly fields: GraphQLFieldMap<unknown, unknown> | undefined;

  constructor(
    private readonly document: Document,
    private readonly typeName: string,
  ) {
    const type = document.schema.getType(typeName);
    this.fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : undefined;
  }

  collect(sources: readonly Source[]): SelectedField[] {
    for (const source of sources) this.gather(source);
    return [...this.gathered].map(([key, { name, type, occurrences }]) => ({
      key,
      name,
      type,
      when: occurrences.length === 1 ? occurrences[0]!.when : anyOf(occurrences.map(({ when }) => when)),
      selection: this.mergedSelection(type, occurrences),
    }));
  }

  private gather({ node, when }: Source): void {
    for (const selection of node.selections) {
      const directives = selection.directives as readonly DirectiveNode[] | undefined;
      const condition = directives?.length ? allOf([when, readCondition(directives)]) : when;
      if (selection.kind === "Field") {
        this.addField(selection.alias?.value ?? selection.name.value, selection.name.value, {
          when: condition,
          node: selection.selectionSet,
        });
      } else if (selection.kind === "InlineFragment") {
        const typeCondition = selection.typeCondition?.name.value ?? this.typeName;
        if (this.applies(typeCondition)) this.gather({ node: selection.selectionSet, when: condition });
      } else {
        this.gatherSpread(selection.name.value, condition);
      }
    }
  }

  private gatherSpread(name: string, when: Condition): void {
    const visit = `${name} ${JSON.stringify(when)}`;
    if (this.visited.has(visit)) return;
    this.visited.add(visit);
    const fragment = this.document.fragments.get(name);
    if (fragment && this.applies(fragment.typeCondition.name.value))
      this.gather({ node: fragment.selectionSet, when });
  }

  private addField(key: string, name: string, occurrence: Gathered["occurrences"][number]): void {
    const known = this.gathered.get(key);
    if (known) {
      known.occurrences.push(occurrence);
      return;
    }
    const type = this.fieldType(name);
    if (type) this.gathered.set(key, { name, type, occurrences: [occurrence] });
  }

  private fieldType(name: string): GraphQLOutputType | undefined {
    return name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef.type : this.fields?.[name]?.type;
  }

  private applies(typeCondition: string): boolean {
    if (typeCondition === this.typeName) return true;
    const { schema } = this.document;
    const abstract = schema.getType(typeCondition);
    const type = schema.getType(this.typeName);
    return (
      isAbstractType(abstract) &&
      (isObjectType(type) || isInterfaceType(type)) &&
      schema.isSubType(abstract, type)
    );
  }

  private mergedSelection(
    type: GraphQLOutputType,
    occurrences: Gathered["occurrences"],
  ): Selection | undefined {
    const sources: Source[] = [];
    for (const { node, when } of occurrences) if (node) sources.push({ node, when });
    if (sources.length === 0 || isLeafType(getNamedType(type))) return undefined;
    // The field itself is only there when one occurrence is: a single one need not be checked again below.
    const same = sources.every(({ when }) => isAlways(when)) || sources.length === 1;
    return new Selection(this.document, same ? sources.map(({ node }) => ({ node, when: always })) : sources);
  }
}
