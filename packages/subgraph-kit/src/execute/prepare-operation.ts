import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from "graphql";
import { compileFold, type FoldPolicy } from "../cache-control/fold-policy.ts";
import { measureOperation } from "./measure-operation.ts";

export interface OperationLimits {
  depthMax: number;
  /** Counted with every fragment where it is spread. */
  fieldsMax: number;
  tokensMax: number;
}

export interface Operation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
  kind: "query" | "mutation" | "subscription";
  name: string | undefined;
  foldPolicy: FoldPolicy;
}

/** A document that cannot be run, in the words and codes of Apollo Server. */
export interface RefusedOperation {
  errors: readonly GraphQLError[];
}

export interface PrepareOptions {
  schema: GraphQLSchema;
  limits: OperationLimits;
  text: string;
  operationName: string | undefined;
}

export function prepareOperation(options: PrepareOptions): Operation | RefusedOperation {
  const { schema, limits, text, operationName } = options;
  const document = parseDocument(text, limits.tokensMax);
  if ("errors" in document) return document;
  const errors = validate(schema, document);
  if (errors.length > 0)
    return { errors: errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")) };
  const { depth, fields } = measureOperation(document);
  if (depth > limits.depthMax) {
    return refuse(`The operation is deeper than ${limits.depthMax} fields`, "OPERATION_TOO_DEEP");
  }
  if (fields > limits.fieldsMax) {
    return refuse(`The operation has more than ${limits.fieldsMax} fields`, "OPERATION_TOO_LARGE");
  }
  const definition = chooseOperation(document, operationName);
  if (typeof definition === "string") return refuse(definition, "OPERATION_RESOLUTION_FAILURE");
  return {
    document,
    definition,
    kind: definition.operation,
    name: definition.name?.value,
    foldPolicy: compileFold({ schema, document, operation: definition }),
  };
}

function parseDocument(text: string, tokensMax: number): DocumentNode | RefusedOperation {
  try {
    return parse(text, { maxTokens: tokensMax });
  } catch (error) {
    return { errors: [withCode(error as GraphQLError, "GRAPHQL_PARSE_FAILED")] };
  }
}

function chooseOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode | string {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (name !== undefined) {
    return operations.find((node) => node.name?.value === name) ?? `Unknown operation named "${name}".`;
  }
  if (operations.length > 1) return "Must provide operation name if query contains multiple operations.";
  return operations[0] ?? "Must provide an operation.";
}

function refuse(message: string, code: string): RefusedOperation {
  return { errors: [new GraphQLError(message, { extensions: { code } })] };
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    extensions: { ...error.extensions, code },
  });
}
