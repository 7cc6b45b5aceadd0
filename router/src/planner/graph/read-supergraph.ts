import {
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SchemaDefinitionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from "graphql";
import { booleanArgument, directiveUses, noArguments, textArgument } from "./directive-arguments.ts";
import { hasFields, isReadable, KnownTypes, type ReadableDefinition } from "./known-types.ts";
import { readFieldInSubgraph } from "./read-field.ts";
import type {
  FieldInSubgraph,
  FieldModel,
  ObjectModel,
  RootTypes,
  SubgraphInfo,
  SupergraphModel,
  TypeInSubgraph,
  TypeModel,
  UnionModel,
} from "./supergraph-model.ts";

/** Reads join v0.1 (federation 1) to v0.5. Throws on what is not a supergraph. */
export function readSupergraph({ definitions }: DocumentNode): SupergraphModel {
  const subgraphs = readSubgraphs(definitions);
  const reader = new Reader(subgraphs, definitions);
  return reader.read();
}

function readSubgraphs(definitions: readonly DefinitionNode[]): SubgraphInfo[] {
  const graphs = definitions.find(
    (definition): definition is EnumTypeDefinitionNode =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph",
  );
  if (graphs === undefined) throw new Error("The schema has no enum join__Graph: it is not a supergraph.");
  return (graphs.values ?? []).map((value, index) => {
    const [use] = directiveUses(value, "join__graph");
    return { index, graph: value.name.value, name: (use && textArgument(use, "name")) ?? value.name.value };
  });
}

function noteOverrideLabels(field: FieldDefinitionNode, labels: Set<string>): void {
  for (const use of directiveUses(field, "join__field")) {
    const label = textArgument(use, "overrideLabel");
    if (label !== undefined) labels.add(label);
  }
}

class Reader {
  readonly #definitions: readonly DefinitionNode[];
  readonly #subgraphs: SubgraphInfo[];
  readonly #indexByGraph: Map<string, number>;
  readonly #contexts = new Map<string, Set<string>>();
  readonly #contextVariables = new Map<number, number>();

  constructor(subgraphs: SubgraphInfo[], definitions: readonly DefinitionNode[]) {
    this.#subgraphs = subgraphs;
    this.#definitions = definitions;
    this.#indexByGraph = new Map(subgraphs.map((subgraph) => [subgraph.graph, subgraph.index]));
  }

  read(): SupergraphModel {
    const byName = new Map<string, ReadableDefinition>();
    const objectsByInterface = new Map<string, string[]>();
    const overrideLabels = new Set<string>();
    for (const definition of this.#definitions) {
      if (!isReadable(definition)) continue;
      const name = definition.name.value;
      byName.set(name, definition);
      if (!hasFields(definition)) continue;
      for (const field of definition.fields ?? []) noteOverrideLabels(field, overrideLabels);
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      for (const { name: parent } of definition.interfaces ?? []) {
        const objects = objectsByInterface.get(parent.value);
        if (objects === undefined) objectsByInterface.set(parent.value, [name]);
        else objects.push(name);
      }
    }
    for (const definition of byName.values()) this.#readContexts(definition);
    const types = new KnownTypes(byName, (definition) => this.#readType(definition));
    // Contextual arguments are numbered in the order of the supergraph.
    if (this.#contexts.size > 0) for (const name of byName.keys()) types.get(name);
    return {
      subgraphs: this.#subgraphs,
      types,
      objectsByInterface,
      rootTypes: readRootTypes(this.#definitions),
      overrideLabels: [...overrideLabels],
      contexts: this.#contexts,
    };
  }

  #readType(definition: ReadableDefinition): TypeModel {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
        return this.#readObject("object", definition);
      case Kind.INTERFACE_TYPE_DEFINITION:
        return this.#readObject("interface", definition);
      case Kind.UNION_TYPE_DEFINITION:
        return this.#readUnion(definition);
      default:
        return { kind: "leaf", name: definition.name.value };
    }
  }

  #readObject(
    kind: "object" | "interface",
    node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode,
  ): ObjectModel {
    const interfaces = (node.interfaces ?? []).map((named) => named.name.value);
    const model: ObjectModel = {
      kind,
      name: node.name.value,
      fields: new Map(),
      interfaces,
      subgraphs: this.#readTypeInSubgraphs(node, interfaces),
    };
    const owner = directiveUses(node, "join__owner")
      .map((use) => this.#indexByGraph.get(textArgument(use, "graph") ?? ""))
      .find((index) => index !== undefined);
    for (const field of node.fields ?? []) {
      model.fields.set(field.name.value, this.#readField(field, model, owner));
    }
    if (owner !== undefined) addFederation1KeyFields(model);
    markRequiredAsExternal(model);
    return model;
  }

  #readTypeInSubgraphs(
    node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode,
    interfaces: string[],
  ): Map<number, TypeInSubgraph> {
    const found = new Map<number, TypeInSubgraph>();
    for (const use of directiveUses(node, "join__type")) {
      const index = this.#indexByGraph.get(textArgument(use, "graph") ?? "");
      if (index === undefined) continue;
      const inSubgraph = found.get(index) ?? { keys: [], isInterfaceObject: false, interfaces: [] };
      const fields = textArgument(use, "key");
      if (fields !== undefined) {
        inSubgraph.keys.push({ fields, resolvable: booleanArgument(use, "resolvable", true) });
      }
      inSubgraph.isInterfaceObject ||= booleanArgument(use, "isInterfaceObject", false);
      found.set(index, inSubgraph);
    }
    const isValueType = found.size === 0;
    if (isValueType) {
      for (const { index } of this.#subgraphs) {
        found.set(index, { keys: [], isInterfaceObject: false, interfaces: [] });
      }
    }
    this.#readImplements(node, found, interfaces);
    return found;
  }

  /** Federation 1 supergraphs do not say which subgraph knows which interface: all of them may. */
  #readImplements(
    node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode,
    found: Map<number, TypeInSubgraph>,
    interfaces: string[],
  ): void {
    const uses = directiveUses(node, "join__implements");
    for (const use of uses) {
      const index = this.#indexByGraph.get(textArgument(use, "graph") ?? "");
      const name = textArgument(use, "interface");
      if (index !== undefined && name !== undefined) found.get(index)?.interfaces.push(name);
    }
    if (uses.length > 0) return;
    for (const inSubgraph of found.values()) inSubgraph.interfaces.push(...interfaces);
  }

  #readField(node: FieldDefinitionNode, type: ObjectModel, owner: number | undefined): FieldModel {
    const typeText = printType(node.type);
    const field: FieldModel = {
      name: node.name.value,
      typeText,
      namedType: namedTypeOf(node.type),
      listDepth: listDepthOf(node.type),
      subgraphs: new Map(),
    };
    const uses = directiveUses(node, "join__field");
    for (const use of uses) {
      const index = this.#indexByGraph.get(textArgument(use, "graph") ?? "");
      if (index === undefined) continue;
      const inSubgraph = readFieldInSubgraph(use, field, () => this.#nameVariable(index));
      field.subgraphs.set(index, inSubgraph);
    }
    if (uses.length === 0) {
      const everywhere = owner === undefined ? type.subgraphs.keys() : [owner];
      for (const index of everywhere) field.subgraphs.set(index, plainField(field));
    }
    return field;
  }

  #readContexts(node: ReadableDefinition): void {
    for (const use of directiveUses(node, "context")) {
      const context = textArgument(use, "name") ?? "";
      const types = this.#contexts.get(context) ?? new Set();
      this.#contexts.set(context, types.add(node.name.value));
    }
  }

  /** As Apollo names them: subgraphs counted from one, their contextual arguments from zero. */
  #nameVariable(subgraph: number): string {
    const count = this.#contextVariables.get(subgraph) ?? 0;
    this.#contextVariables.set(subgraph, count + 1);
    return `contextualArgument_${subgraph + 1}_${count}`;
  }

  #readUnion(node: UnionTypeDefinitionNode): UnionModel {
    const members = (node.types ?? []).map((named) => named.name.value);
    const uses = directiveUses(node, "join__unionMember");
    const subgraphs = new Map<number, string[]>();
    for (const use of uses) {
      const index = this.#indexByGraph.get(textArgument(use, "graph") ?? "");
      const member = textArgument(use, "member");
      if (index === undefined || member === undefined) continue;
      subgraphs.set(index, [...(subgraphs.get(index) ?? []), member]);
    }
    if (uses.length === 0) for (const { index } of this.#subgraphs) subgraphs.set(index, members);
    return { kind: "union", name: node.name.value, members, subgraphs };
  }
}

function plainField(field: FieldModel): FieldInSubgraph {
  return readFieldInSubgraph(noArguments, field, () => "");
}

/** Join v0.1 names a key field's owner only, though every subgraph with that key has the field. */
function addFederation1KeyFields(type: ObjectModel): void {
  for (const [index, { keys }] of type.subgraphs) {
    for (const key of keys) {
      for (const name of topLevelNames(key.fields)) {
        const field = type.fields.get(name);
        if (field === undefined || field.subgraphs.has(index)) continue;
        field.subgraphs.set(index, plainField(field));
      }
    }
  }
}

/**
 * What a field requires is @external beside it. Some composers leave that out for an interface object whose
 * field every subgraph declares, and would have the subgraph asked for what it cannot answer.
 */
function markRequiredAsExternal(type: ObjectModel): void {
  for (const [index, { isInterfaceObject }] of type.subgraphs) {
    if (!isInterfaceObject) continue;
    for (const field of type.fields.values()) {
      const requires = field.subgraphs.get(index)?.requires;
      if (requires === undefined || requires.includes("{")) continue;
      for (const name of topLevelNames(requires)) {
        const required = type.fields.get(name)?.subgraphs.get(index);
        if (required !== undefined) required.external = true;
      }
    }
  }
}

function topLevelNames(fields: string): string[] {
  const [operation] = parse(`{${fields}}`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  return operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );
}

function readRootTypes(definitions: readonly DefinitionNode[]): RootTypes {
  const schema = definitions.find(
    (definition): definition is SchemaDefinitionNode => definition.kind === Kind.SCHEMA_DEFINITION,
  );
  const named = (operation: string): string | undefined =>
    schema?.operationTypes.find((type) => type.operation === operation)?.type.name.value;
  return {
    query: named("query") ?? "Query",
    mutation: named("mutation"),
    subscription: named("subscription"),
  };
}

export function namedTypeOf(type: TypeNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}

function printType(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${printType(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${printType(type.type)}]` : type.name.value;
}

function listDepthOf(type: TypeNode): number {
  let depth = 0;
  for (let inner = type; inner.kind !== Kind.NAMED_TYPE; inner = inner.type) {
    if (inner.kind === Kind.LIST_TYPE) depth++;
  }
  return depth;
}
