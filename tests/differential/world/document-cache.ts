import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from "graphql";
import type { GraphQLRequest } from "./subgraph-server.ts";

const DOCUMENTS_MAX = 2_000;

/** Executes with each text parsed and validated once. */
export class DocumentCache {
  readonly #documents = new Map<string, { document?: DocumentNode; errors: readonly GraphQLError[] }>();

  constructor(readonly schema: GraphQLSchema) {}

  execute(request: GraphQLRequest, rootValue: unknown): ExecutionResult {
    const { document, errors } = this.#read(request.query);
    if (!document || errors.length > 0) return { errors };
    const result = execute({
      schema: this.schema,
      document,
      rootValue,
      variableValues: request.variables,
      operationName: request.operationName,
    });
    if (result instanceof Promise) throw new Error("nothing here is asynchronous");
    return result;
  }

  errors(query: string): readonly GraphQLError[] {
    return this.#read(query).errors;
  }

  #read(query: string): { document?: DocumentNode; errors: readonly GraphQLError[] } {
    const known = this.#documents.get(query);
    if (known) return known;
    if (this.#documents.size >= DOCUMENTS_MAX) this.#documents.clear();
    const entry = this.#parse(query);
    this.#documents.set(query, entry);
    return entry;
  }

  #parse(query: string): { document?: DocumentNode; errors: readonly GraphQLError[] } {
    try {
      const document = parse(query, { noLocation: true });
      return { document, errors: validate(this.schema, document) };
    } catch (error) {
      return { errors: [error as GraphQLError] };
    }
  }
}
