import { executeSync } from "graphql";
import type { JsonObject } from "../json.ts";
import { isIntrospectionTooDeep } from "../operation/introspection-depth.ts";
import type { Operation } from "../operation/operation.ts";
import type { Answer } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { Pipeline } from "./pipeline.ts";

/** Answers what an operation asks about the schema itself. */
export function executeIntrospection(
  pipeline: Pipeline,
  operation: Operation,
  variables: JsonObject,
): Answer {
  const { config, schema } = pipeline;
  if (operation.introspection === "mixed") return clientErrors.mixedIntrospection;
  if (!config.supergraph.introspection) return clientErrors.introspectionDisabled;
  if (config.limits.introspectionMaxDepth && isIntrospectionTooDeep(operation))
    return clientErrors.introspectionTooDeep;
  const result = executeSync({
    schema,
    document: operation.document,
    variableValues: variables,
    operationName: operation.name ?? null,
  });
  return {
    status: 200,
    // The cast holds: introspection resolves to plain JSON.
    data: (result.data ?? null) as JsonObject | null,
    ...(result.errors && { errors: result.errors.map(({ message }) => ({ message })) }),
  };
}
