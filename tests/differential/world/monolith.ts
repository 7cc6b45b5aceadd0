import {
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
} from "graphql";
import { type DataModel, type Instance, within } from "./data-model.ts";
import { DocumentCache } from "./document-cache.ts";
import type { GraphQLRequest } from "./subgraph-server.ts";

/** The API schema executed as one server over the same data: its answers are right by definition. */
export class Monolith {
  readonly #documents: DocumentCache;

  constructor(
    readonly schema: GraphQLSchema,
    readonly model: DataModel,
  ) {
    this.#documents = new DocumentCache(schema);
    const { contexts } = model;
    for (const type of Object.values(schema.getTypeMap())) {
      if (isAbstractType(type)) type.resolveType = (instance: Instance) => instance.typeName;
      if (!isObjectType(type) || type.name.startsWith("__")) continue;
      for (const field of Object.values(type.getFields())) {
        const { name: fieldName } = field;
        field.resolve = (source: Instance | undefined, values: Record<string, unknown>) => {
          const instance = source ?? model.root(type.name);
          const own = contexts.lookUp(instance, fieldName);
          const value = model.value({ instance, fieldName, arguments: values, contexts: own });
          return contexts.areUsed ? within(value, instance) : value;
        };
      }
    }
  }

  validate(query: string): readonly GraphQLError[] {
    return this.#documents.errors(query);
  }

  execute(request: GraphQLRequest): ExecutionResult {
    this.model.startOperation();
    return this.#documents.execute(request, undefined);
  }
}
