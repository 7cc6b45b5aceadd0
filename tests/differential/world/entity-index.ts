import { type GraphQLSchema, isInterfaceType, isObjectType, type SelectionNode } from "graphql";
import { canonicalJson } from "../hash.ts";
import { type DataModel, ENTITIES_PER_TYPE, type Instance } from "./data-model.ts";
import { MissingInput, projectInstance, projectRepresentation } from "./field-sets.ts";
import type { SubgraphDefinition } from "./subgraph-definition.ts";

export type Representation = Record<string, unknown> & { __typename: string };

interface KeyIndex {
  selections: readonly SelectionNode[];
  instances: ReadonlyMap<string, Instance>;
}

/** Finds a subgraph's entities by any of their keys. */
export class EntityIndex {
  readonly #keysByType = new Map<string, KeyIndex[]>();
  readonly #of: { model: DataModel; schema: GraphQLSchema };

  constructor(of: { model: DataModel; schema: GraphQLSchema; definition: SubgraphDefinition }) {
    this.#of = of;
    for (const type of of.definition.types.values()) {
      const keys = type.keys.map((selections) => ({
        selections,
        instances: this.#instancesByKey(type.name, selections),
      }));
      if (keys.length > 0) this.#keysByType.set(type.name, keys);
    }
  }

  /** Every key that arrived whole must lead to the same entity. */
  find(representation: Representation): Instance {
    const typeName = representation.__typename;
    const keys = this.#keysByType.get(typeName);
    if (!keys) throw new MissingInput(`${typeName} is no entity here`);
    const found = keys.flatMap((key) => this.#findBy(key, representation) ?? []);
    const first = found[0];
    if (!first)
      throw new MissingInput(`no key of ${typeName} arrived whole: ${JSON.stringify(representation)}`);
    const isSame = (other: Instance) => other.typeName === first.typeName && other.seed === first.seed;
    if (!found.every(isSame)) throw new MissingInput(`keys of ${typeName} contradict each other`);
    return first;
  }

  #findBy(key: KeyIndex, representation: Representation): Instance | undefined {
    const projected = this.#projected(key, representation);
    if (!projected) return undefined;
    const instance = key.instances.get(canonicalJson(projected));
    if (!instance)
      throw new MissingInput(`no such ${representation.__typename}: ${canonicalJson(projected)}`);
    return instance;
  }

  #projected(key: KeyIndex, representation: Representation): Record<string, unknown> | undefined {
    const { model, schema } = this.#of;
    const { selections } = key;
    const typeName = representation.__typename;
    try {
      return projectRepresentation({ types: model.types, schema, typeName, representation, selections });
    } catch (error) {
      if (error instanceof MissingInput) return undefined;
      throw error;
    }
  }

  #instancesByKey(typeName: string, selections: readonly SelectionNode[]): Map<string, Instance> {
    const { model, schema } = this.#of;
    const instances = new Map<string, Instance>();
    if (!isObjectType(schema.getType(typeName)) && !isInterfaceType(schema.getType(typeName)))
      return instances;
    for (const objectName of model.types.objectsOf(typeName)) {
      for (let number = 0; number < ENTITIES_PER_TYPE; number++) {
        const instance = model.entity(objectName, number);
        const key = canonicalJson(projectInstance({ model, schema, typeName, instance, selections }));
        if (instances.has(key)) throw new Error(`two entities ${typeName} have the key ${key}`);
        instances.set(key, instance);
      }
    }
    return instances;
  }
}
