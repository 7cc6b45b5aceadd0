import { Kind } from "graphql";
import type { UnknownField } from "../operation/check-variables.ts";
import { prepareOperation } from "../operation/prepare-operation.ts";
import { type Answer, answerWith, next } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { Pipeline } from "./pipeline.ts";
import type { GraphqlRequest } from "./read-graphql-request.ts";
import type { OperationResult } from "./resolved-operation.ts";

/** Finds the operation of a request, read and checked before if it was ever asked before. */
export function resolveOperation(
  pipeline: Pipeline,
  { query, operationName }: Pick<GraphqlRequest, "query" | "operationName">,
): OperationResult {
  if (query === undefined || query.trim() === "") return answerWith(clientErrors.missingQuery);
  const key = operationName === undefined ? query : `${operationName}\n${query}`;
  const known = pipeline.operations.get(key);
  if (known) return known;
  const result = prepare(pipeline, query, operationName);
  pipeline.operations.set(key, result);
  return result;
}

function prepare(pipeline: Pipeline, query: string, operationName: string | undefined): OperationResult {
  const { config, schema, telemetry } = pipeline;
  const prepared = prepareOperation(query, operationName, {
    schema,
    limits: config.limits,
    reportsCoercionErrors: config.supergraph.enableResultCoercionErrors,
    passesUnknownField:
      config.supergraph.strictVariableValidation === "measure"
        ? (field) => passesUnknownField(pipeline, field)
        : undefined,
    warn: (message) => telemetry.logger.warn({ operationName }, message),
  });
  if (prepared.kind === "prepared") {
    const { operation } = prepared;
    return next({
      operation,
      requestedName: operationName,
      plans: new Map(),
      guarded: pipeline.authorization?.guard(operation),
      viewPlans: new WeakMap(),
    });
  }
  const answer: Answer = prepared.refusal;
  return answerWith(config.supergraph.redactQueryValidationErrors ? clientErrors.redactedValidation : answer);
}

function passesUnknownField({ supergraph, telemetry }: Pipeline, field: UnknownField): boolean {
  const type = supergraph.document.definitions.find(
    (definition) =>
      definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && definition.name.value === field.typeName,
  );
  const fields = type?.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? (type.fields ?? []) : [];
  if (fields.some(({ name }) => name.value === field.fieldName)) return false;
  telemetry.logger.warn(field.message);
  return true;
}
