import {
  type ExecutionResult,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
} from "graphql";
import { type DataModel, type Instance, isInstance } from "./data-model.ts";
import { DocumentCache } from "./document-cache.ts";
import { EntityIndex, type Representation } from "./entity-index.ts";
import { MissingInput, projectRepresentation } from "./field-sets.ts";
import { covers, type ProvidedFields, providedBy, provideNothing } from "./provided-fields.ts";
import type { FieldDefinition, SubgraphDefinition } from "./subgraph-definition.ts";

export interface GraphQLRequest {
  query: string;
  variables?: Record<string, unknown> | undefined;
  operationName?: string | undefined;
}

/** An object on its way through one subgraph, with what that subgraph was told about it. */
interface Source {
  instance: Instance;
  representation?: Representation;
  provided: ProvidedFields;
}

/** One subgraph over the shared data. It answers nothing that a real one could not know. */
export class SubgraphServer {
  readonly name: string;
  readonly #documents: DocumentCache;
  readonly #entities: EntityIndex;

  constructor(readonly of: { model: DataModel; schema: GraphQLSchema; definition: SubgraphDefinition }) {
    this.name = of.definition.name;
    this.#documents = new DocumentCache(of.schema);
    this.#entities = new EntityIndex(of);
    this.#attachResolvers();
  }

  execute(request: GraphQLRequest): ExecutionResult {
    return this.#documents.execute(request, undefined);
  }

  #attachResolvers(): void {
    for (const type of Object.values(this.of.schema.getTypeMap())) {
      if (isAbstractType(type)) {
        type.resolveType = (source: Source) => this.#localTypeName(source.instance.typeName);
      }
      if (isObjectType(type) && !type.name.startsWith("__")) this.#attachFieldResolvers(type);
    }
  }

  #attachFieldResolvers(type: GraphQLObjectType): void {
    for (const field of Object.values(type.getFields())) {
      if (field.name === "_entities") {
        field.resolve = (_source, { representations }: { representations: Representation[] }) =>
          representations.map((representation) => this.#entity(representation));
        continue;
      }
      const definition = this.of.definition.types.get(type.name)?.fields.get(field.name);
      if (!definition) continue;
      const root = this.of.definition.rootNames.get(type.name);
      const isOverridden = this.#isOverridden(definition);
      field.resolve = (source: Source | undefined, values: Record<string, unknown>) => {
        const known = source ?? { instance: this.of.model.root(root ?? type.name), provided: provideNothing };
        return this.#resolve({ definition, isOverridden, source: known, values });
      };
    }
  }

  #entity(representation: Representation): Source | Error {
    try {
      const instance = this.#entities.find(representation);
      return { instance, representation, provided: provideNothing };
    } catch (error) {
      if (error instanceof MissingInput) return error;
      throw error;
    }
  }

  #resolve(of: {
    definition: FieldDefinition;
    isOverridden: boolean;
    source: Source;
    values: Record<string, unknown>;
  }): unknown {
    const { definition, source } = of;
    const { instance } = source;
    const isProvided = source.provided.has(definition.name);
    if ((definition.external || of.isOverridden) && !isProvided) {
      throw new MissingInput(`${this.name} does not resolve ${definition.typeName}.${definition.name}`);
    }
    const inputs = this.#inputs(definition, source);
    const value = this.of.model.value({
      instance,
      fieldName: definition.name,
      arguments: of.values,
      contexts: givenContexts(definition, of.values),
      ...(inputs && { inputs }),
    });
    return this.#wrapped(value, definition, source);
  }

  #inputs(definition: FieldDefinition, source: Source): Record<string, unknown> | undefined {
    if (!definition.requires) return undefined;
    if (source.representation) {
      return projectRepresentation({
        types: this.of.model.types,
        schema: this.of.schema,
        typeName: definition.typeName,
        representation: source.representation,
        selections: definition.requires,
      });
    }
    if (covers(source.provided, definition.requires)) return undefined;
    throw new MissingInput(`${this.name} got no inputs for ${definition.typeName}.${definition.name}`);
  }

  #wrapped(value: unknown, definition: FieldDefinition, parent: Source): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#wrapped(item, definition, parent));
    if (!isInstance(value)) return value;
    const handedDown = parent.provided.get(definition.name) ?? [];
    const selections = [...(definition.provides ?? []), ...handedDown];
    const provided =
      selections.length === 0 ? provideNothing : providedBy(selections, value, this.of.model.types);
    return { instance: value, provided } satisfies Source;
  }

  /** An `@interfaceObject` stands for types that this subgraph does not know. */
  #localTypeName(typeName: string): string {
    const { types } = this.of.definition;
    if (types.get(typeName)?.kind === "object") return typeName;
    const standIn = [...types.values()].find(
      (type) => type.isInterfaceObject && this.of.model.types.objectsOf(type.name).includes(typeName),
    );
    return standIn?.name ?? typeName;
  }

  /** Taken over by another subgraph for good: a label leaves both sides in use. */
  #isOverridden(definition: FieldDefinition): boolean {
    const isKey = this.of.definition.types
      .get(definition.typeName)!
      .keys.flat()
      .some((selection) => selection.kind === "Field" && selection.name.value === definition.name);
    const others = this.of.model.types.definitionsOf(definition.typeName, definition.name);
    return (
      !isKey && others.some((other) => other.overrides === this.name && other.overrideLabel === undefined)
    );
  }
}

function givenContexts(
  { contextArguments }: FieldDefinition,
  values: Record<string, unknown>,
): Record<string, unknown> | undefined {
  if (contextArguments.length === 0) return undefined;
  return Object.fromEntries(contextArguments.map(({ name }) => [name, values[name] ?? null]));
}
