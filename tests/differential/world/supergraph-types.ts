import { type GraphQLSchema, isObjectType, type SelectionNode } from "graphql";
import type { FieldDefinition, SubgraphDefinition } from "./subgraph-definition.ts";

/** Facts that hold over all subgraphs: which objects an abstract type can be, who defines a field. */
export class SupergraphTypes {
  /** Names that occur in a `@key`, a `@requires` or a `@provides`: they always answer without an error. */
  readonly inputFieldNames = new Set<string>();
  /** Names that occur in a `@key`: never alike for two objects. */
  readonly keyFieldNames = new Set<string>();
  readonly entityNames: readonly string[];
  readonly #objectsOf = new Map<string, Set<string>>();

  constructor(
    readonly subgraphs: readonly SubgraphDefinition[],
    readonly apiSchema: GraphQLSchema,
  ) {
    for (const subgraph of subgraphs) this.#readAbstractTypes(subgraph);
    for (const subgraph of subgraphs) this.#readFieldSets(subgraph);
    const types = subgraphs.flatMap((subgraph) => [...subgraph.types.values()]);
    const entities = types
      .filter((type) => type.keys.length > 0)
      .flatMap((type) => this.objectsOf(type.name));
    this.entityNames = [...new Set(entities)].sort();
  }

  /** The object types that a value of this type can have, anywhere. */
  objectsOf(typeName: string): string[] {
    return [...(this.#objectsOf.get(typeName) ?? [typeName])];
  }

  /** The object types that this subgraph can answer for a field of this type. */
  objectsIn(subgraph: SubgraphDefinition, typeName: string): string[] {
    const union = subgraph.unions.get(typeName);
    if (union) return [...union];
    const type = subgraph.types.get(typeName);
    if (!type || type.isInterfaceObject) return this.objectsOf(typeName);
    if (type.kind === "object") return [typeName];
    const implementers = [...subgraph.types.values()].filter((other) => other.interfaces.has(typeName));
    return implementers.flatMap((other) => {
      if (other.isInterfaceObject) return this.objectsOf(other.name);
      return other.kind === "object" ? [other.name] : [];
    });
  }

  /** Every subgraph's definition of a field, also those on an `@interfaceObject` that stands for the type. */
  definitionsOf(typeName: string, fieldName: string): FieldDefinition[] {
    return this.subgraphs.flatMap((subgraph) =>
      [...subgraph.types.values()]
        .filter((type) => this.#standsFor({ subgraph, typeName: type.name, objectName: typeName }))
        .flatMap((type) => type.fields.get(fieldName) ?? []),
    );
  }

  /** Visible to clients. */
  isPublic(typeName: string): boolean {
    return isObjectType(this.apiSchema.getType(typeName));
  }

  #standsFor(of: { subgraph: SubgraphDefinition; typeName: string; objectName: string }): boolean {
    const type = of.subgraph.types.get(of.typeName)!;
    if (type.kind === "interface") return false;
    if (type.isInterfaceObject) return this.objectsOf(of.typeName).includes(of.objectName);
    return (of.subgraph.rootNames.get(of.typeName) ?? of.typeName) === of.objectName;
  }

  #readAbstractTypes(subgraph: SubgraphDefinition): void {
    for (const [union, members] of subgraph.unions) this.#addObjects(union, members);
    for (const type of subgraph.types.values()) {
      if (type.kind === "interface" || type.isInterfaceObject) continue;
      for (const name of type.interfaces) this.#addObjects(name, [type.name]);
    }
  }

  #addObjects(abstractName: string, objectNames: readonly string[]): void {
    const known = this.#objectsOf.get(abstractName) ?? new Set();
    for (const name of objectNames) known.add(name);
    this.#objectsOf.set(abstractName, known);
  }

  #readFieldSets(subgraph: SubgraphDefinition): void {
    for (const type of subgraph.types.values()) {
      for (const key of type.keys) addNames(key, this.keyFieldNames);
      for (const key of type.keys) addNames(key, this.inputFieldNames);
      for (const field of type.fields.values()) {
        addNames(field.requires ?? [], this.inputFieldNames);
        for (const { selections } of field.contextArguments) addNames(selections, this.inputFieldNames);
        addNames(field.provides ?? [], this.inputFieldNames);
      }
    }
  }
}

function addNames(selections: readonly SelectionNode[], names: Set<string>): void {
  for (const selection of selections) {
    if (selection.kind === "Field") names.add(selection.name.value);
    if (selection.kind !== "FragmentSpread") addNames(selection.selectionSet?.selections ?? [], names);
  }
}
