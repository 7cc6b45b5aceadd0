import { type GraphQLSchema, isCompositeType, isObjectType, type SelectionNode } from "graphql";
import { canonicalJson, hashText, mix } from "../hash.ts";
import { Contexts } from "./contexts.ts";
import { projectInstance } from "./field-sets.ts";
import { LeafValues } from "./leaf-value.ts";
import type { FieldDefinition } from "./subgraph-definition.ts";
import type { SupergraphTypes } from "./supergraph-types.ts";
import { isNullableEverywhere, mergedShape, type ValueShape } from "./value-shape.ts";

/** One object of the imagined data: an entity by its number, a value object by where it was found. */
export interface Instance {
  typeName: string;
  seed: number;
  entityNumber: number;
  label: string;
  /** The object that it was found in, where contexts are looked up. */
  around?: Instance | undefined;
}

export const ENTITIES_PER_TYPE = 6;
const ENTITY_NUMBERS_PER_TYPE = 100;
const LIST_LENGTHS = [0, 1, 2, 2, 3];
const NULL_EVERY = 9;
const FAILURE_EVERY = 61;

export class FieldFailure extends Error {}

interface FieldModel {
  hash: number;
  shape: ValueShape;
  objectNames: readonly string[];
  leafName: string | undefined;
  requires: { selections: readonly SelectionNode[]; schema: GraphQLSchema; typeName: string } | undefined;
  publicArguments: ReadonlySet<string> | undefined;
  isKey: boolean;
  mayBeNull: boolean;
  mayFail: boolean;
}

/** The data behind every subgraph and the monolith: each value follows from type, object, field and arguments. */
export class DataModel {
  readonly contexts: Contexts;
  readonly #fields = new Map<string, FieldModel>();
  readonly #leafValues: LeafValues;
  #mutationsDone = 0;

  constructor(
    readonly types: SupergraphTypes,
    readonly schemas: ReadonlyMap<string, GraphQLSchema>,
  ) {
    this.contexts = new Contexts(this);
    this.#leafValues = new LeafValues(types.subgraphs, types.apiSchema);
  }

  /** Mutations answer by how many came before, so their order shows; each operation counts from nothing. */
  startOperation(): void {
    this.#mutationsDone = 0;
  }

  root(typeName: string): Instance {
    return { typeName, seed: hashText(typeName), entityNumber: 0, label: typeName };
  }

  entity(typeName: string, number: number): Instance {
    const typeIndex = this.types.entityNames.indexOf(typeName);
    return {
      typeName,
      seed: mix(hashText(typeName), number),
      entityNumber: typeIndex * ENTITY_NUMBERS_PER_TYPE + number,
      label: `${typeName}-${number}`,
    };
  }

  /**
   * `inputs` is what the `@requires` of the field selects; left out, it is looked up. `contexts` are its contextual
   * arguments.
   */
  value(of: {
    instance: Instance;
    fieldName: string;
    arguments: Record<string, unknown>;
    inputs?: Record<string, unknown>;
    contexts?: Record<string, unknown> | undefined;
  }): unknown {
    const { instance, fieldName } = of;
    const field = this.#field(instance.typeName, fieldName);
    let seed = mix(mix(instance.seed, field.hash), argumentsHash(of.arguments, field.publicArguments));
    if (field.requires) seed = mix(seed, hashText(canonicalJson(of.inputs ?? this.#inputs(instance, field))));
    if (of.contexts) seed = mix(seed, hashText(canonicalJson(of.contexts)));
    if (instance.typeName === "Mutation") seed = mix(seed, this.#mutationsDone++);
    if (field.mayFail && seed % FAILURE_EVERY === 3) throw new FieldFailure(`${fieldName} failed`);
    return this.#shaped({ shape: field.shape, seed, field, instance, fieldName });
  }

  requiresOf(typeName: string, fieldName: string): boolean {
    return this.#field(typeName, fieldName).requires !== undefined;
  }

  #inputs(instance: Instance, field: FieldModel): Record<string, unknown> {
    const { selections, schema, typeName } = field.requires!;
    return projectInstance({ model: this, schema, typeName, instance, selections });
  }

  #shaped(of: {
    shape: ValueShape;
    seed: number;
    field: FieldModel;
    instance: Instance;
    fieldName: string;
  }): unknown {
    const { shape, seed, field } = of;
    if (field.mayBeNull && !shape.nonNull && mix(seed, 1) % NULL_EVERY === 0) return null;
    if (shape.item) {
      const length = LIST_LENGTHS[mix(seed, 2) % LIST_LENGTHS.length]!;
      const item = shape.item;
      return Array.from({ length }, (_, i) => this.#shaped({ ...of, shape: item, seed: mix(seed, 3 + i) }));
    }
    if (field.leafName !== undefined) return this.#leaf({ ...of, leafName: field.leafName });
    return this.#object(of);
  }

  #leaf(of: {
    leafName: string;
    seed: number;
    field: FieldModel;
    instance: Instance;
    fieldName: string;
  }): unknown {
    if (!of.field.isKey) return this.#leafValues.value(of.leafName, of.seed);
    const { label, entityNumber } = of.instance;
    const objectLabel = `${label}-${of.fieldName}`;
    return this.#leafValues.keyValue({ typeName: of.leafName, hash: of.seed, objectLabel, entityNumber });
  }

  #object(of: { shape: ValueShape; seed: number; field: FieldModel; instance: Instance }): Instance | null {
    const { seed, field } = of;
    if (field.objectNames.length === 0) return null;
    const typeName = field.objectNames[mix(seed, 4) % field.objectNames.length]!;
    if (typeName === "Query") return this.root(typeName);
    if (this.types.entityNames.includes(typeName)) {
      return this.entity(typeName, mix(seed, 5) % ENTITIES_PER_TYPE);
    }
    const label = `${of.instance.label}-${seed.toString(36)}`;
    return { typeName, seed, entityNumber: of.instance.entityNumber, label };
  }

  #field(typeName: string, fieldName: string): FieldModel {
    const name = `${typeName}.${fieldName}`;
    const known = this.#fields.get(name);
    if (known) return known;
    const field = this.#makeField(typeName, fieldName);
    this.#fields.set(name, field);
    return field;
  }

  #makeField(typeName: string, fieldName: string): FieldModel {
    const definitions = this.types.definitionsOf(typeName, fieldName);
    if (definitions.length === 0) throw new Error(`no subgraph defines ${typeName}.${fieldName}`);
    const nodes = definitions.map((definition) => definition.type);
    const shape = mergedShape(nodes);
    const isKey = this.types.keyFieldNames.has(fieldName);
    const isComposite = isCompositeType(
      this.schemas.get(definitions[0]!.subgraph)!.getType(leafNames(shape)[0]!),
    );
    return {
      hash: hashText(fieldName),
      shape,
      leafName: isComposite ? undefined : leafNames(shape)[0],
      objectNames: isComposite ? this.#objectNames(definitions, shape) : [],
      requires: this.#requires(definitions),
      publicArguments: this.#publicArguments(typeName, fieldName),
      isKey,
      mayBeNull: !(isKey && isComposite),
      mayFail:
        isNullableEverywhere(nodes) && !this.types.inputFieldNames.has(fieldName) && typeName !== "Mutation",
    };
  }

  /** What every subgraph that defines the field can answer. */
  #objectNames(definitions: readonly FieldDefinition[], shape: ValueShape): string[] {
    const names = leafNames(shape);
    const choices = definitions.map((definition, i) => {
      const subgraph = this.types.subgraphs.find((other) => other.name === definition.subgraph)!;
      return this.types.objectsIn(subgraph, names[i]!).map((name) => subgraph.rootNames.get(name) ?? name);
    });
    const common = choices.reduce((left, right) => left.filter((name) => right.includes(name)));
    const visible = common.filter((name) => this.types.isPublic(name));
    return visible.length > 0 ? visible : common;
  }

  #requires(definitions: readonly FieldDefinition[]): FieldModel["requires"] {
    const overridden = new Set(definitions.flatMap((definition) => definition.overrides ?? []));
    const active = definitions.filter(
      (definition) => !definition.external && !overridden.has(definition.subgraph),
    );
    const [first, ...others] = active.filter((definition) => definition.requires);
    if (!first?.requires) return undefined;
    if (others.length > 0)
      throw new Error(`${first.typeName}.${first.name}: several subgraphs have @requires`);
    return {
      selections: first.requires,
      schema: this.schemas.get(first.subgraph)!,
      typeName: first.typeName,
    };
  }

  #publicArguments(typeName: string, fieldName: string): ReadonlySet<string> | undefined {
    const type = this.types.apiSchema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    return field && new Set(field.args.map((argument) => argument.name));
  }
}

function leafNames(shape: ValueShape): string[] {
  return shape.item ? leafNames(shape.item) : shape.names;
}

function argumentsHash(values: Record<string, unknown>, names: ReadonlySet<string> | undefined): number {
  const entries = Object.entries(values).filter(([name]) => names === undefined || names.has(name));
  return entries.length === 0 ? 0 : hashText(canonicalJson(Object.fromEntries(entries)));
}

/** The value, each object in it knowing the one that it was found in. */
export function within(value: unknown, around: Instance): unknown {
  if (Array.isArray(value)) return value.map((item) => within(item, around));
  return isInstance(value) ? { ...value, around } : value;
}

export function isInstance(value: unknown): value is Instance {
  return typeof value === "object" && value !== null && "seed" in value && "entityNumber" in value;
}
