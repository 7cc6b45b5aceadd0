import { executeSync } from "graphql";
import type { JsonObject } from "../json.ts";
import { isIntrospectionTooDeep } from "../operation/introspection-depth.ts";
import type { Operation } from "../operation/operation.ts";
import { type Answer, writeBody } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import { introspectionKey } from "./introspection-cache.ts";
import type { Pipeline } from "./pipeline.ts";

/** Answers what an operation asks about the schema itself. */
export function executeIntrospection(
  pipeline: Pipeline,
  operation: Operation,
  variables: JsonObject,
): Answer {
  const { config, introspections, telemetry } = pipeline;
  if (operation.introspection === "mixed") return clientErrors.mixedIntrospection;
  if (!config.supergraph.introspection) return clientErrors.introspectionDisabled;
  if (config.limits.introspectionMaxDepth && isIntrospectionTooDeep(operation))
    return clientErrors.introspectionTooDeep;
  const startedMs = performance.now();
  const key = introspectionKey(operation, variables);
  const known = key === undefined ? undefined : introspections.get(key);
  if (known) {
    telemetry.meters.cacheHit("introspection", "memory", performance.now() - startedMs);
    return known;
  }
  const answer = readSchema(pipeline, operation, variables);
  if (key !== undefined) introspections.set(key, answer);
  telemetry.meters.cacheMiss("introspection", "memory", performance.now() - startedMs);
  return answer;
}

function readSchema({ schema }: Pipeline, operation: Operation, variables: JsonObject): Answer {
  const { data, errors } = executeSync({
    schema,
    document: operation.document,
    variableValues: variables,
    operationName: operation.name ?? null,
  });
  const answer: Answer = {
    status: 200,
    // The cast holds: introspection resolves to plain JSON.
    data: (data ?? null) as JsonObject | null,
    ...(errors && { errors: errors.map(({ message }) => ({ message })) }),
  };
  return { ...answer, body: writeBody(answer) };
}
