import { type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import type { Operation } from "./prepare-operation.ts";

export type RunOperation = (
  context: unknown,
  variables: Readonly<Record<string, unknown>>,
) => ExecutionResult | Promise<ExecutionResult>;

export function runPlainly(schema: GraphQLSchema, { document, name }: Operation): RunOperation {
  return (contextValue, variableValues) =>
    execute({
      schema,
      document,
      contextValue,
      variableValues,
      ...(name !== undefined && { operationName: name }),
    });
}

/** Undefined where graphql-jit cannot serve the operation: graphql-js goes on serving it. */
export function compileOperation(schema: GraphQLSchema, operation: Operation): RunOperation | undefined {
  if (operation.kind === "subscription") return undefined;
  const compiled = compileQuery(schema, operation.document, operation.name);
  if (!isCompiledQuery(compiled)) return undefined;
  return (context, variables) => compiled.query(undefined, context, variables);
}
