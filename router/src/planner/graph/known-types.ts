import {
  type DefinitionNode,
  type EnumTypeDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ScalarTypeDefinitionNode,
  type UnionTypeDefinitionNode,
} from "graphql";
import type { TypeModel, TypeModels } from "./supergraph-model.ts";

/** The definitions of output types. */
export type ReadableDefinition =
  | ObjectTypeDefinitionNode
  | InterfaceTypeDefinitionNode
  | UnionTypeDefinitionNode
  | ScalarTypeDefinitionNode
  | EnumTypeDefinitionNode;

export function isReadable(definition: DefinitionNode): definition is ReadableDefinition {
  return (
    hasFields(definition) ||
    definition.kind === Kind.UNION_TYPE_DEFINITION ||
    definition.kind === Kind.SCALAR_TYPE_DEFINITION ||
    definition.kind === Kind.ENUM_TYPE_DEFINITION
  );
}

export function hasFields(
  definition: DefinitionNode,
): definition is ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  );
}

/** Reads each type once, and only if it is asked for. */
export class KnownTypes implements TypeModels {
  readonly #definitions: ReadonlyMap<string, ReadableDefinition>;
  readonly #read: (definition: ReadableDefinition) => TypeModel;
  readonly #models = new Map<string, TypeModel>();

  constructor(
    definitions: ReadonlyMap<string, ReadableDefinition>,
    read: (definition: ReadableDefinition) => TypeModel,
  ) {
    this.#definitions = definitions;
    this.#read = read;
  }

  has(name: string): boolean {
    return this.#definitions.has(name);
  }

  get(name: string): TypeModel | undefined {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const definition = this.#definitions.get(name);
    if (definition === undefined) return undefined;
    const model = this.#read(definition);
    this.#models.set(name, model);
    return model;
  }
}
