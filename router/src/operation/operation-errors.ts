import type { GraphQLError } from "graphql";
import type { GraphqlError } from "../graphql-error.ts";

/** Why an operation never reaches planning. Each is the client's to mend. */
export interface OperationRefusal {
  status: number;
  errors: GraphqlError[];
}

export function refuseParse(errors: readonly GraphQLError[]): OperationRefusal {
  return {
    status: 400,
    errors: errors.map((error) => located(error, `parsing error: ${error.message}`, "PARSING_ERROR")),
  };
}

export function refuseInvalid(errors: readonly GraphQLError[]): OperationRefusal {
  return {
    status: 400,
    errors: errors.map((error) => located(error, error.message, "GRAPHQL_VALIDATION_FAILED")),
  };
}

export function refuse(status: number, code: string, message: string): OperationRefusal {
  return { status, errors: [{ message, extensions: { code } }] };
}

export const refusals = {
  noOperation: refuse(400, "GRAPHQL_VALIDATION_FAILED", "Must provide an operation."),
  ambiguousOperation: refuse(
    400,
    "GRAPHQL_VALIDATION_FAILED",
    "Must provide operation name if query contains multiple operations.",
  ),
  unknownOperation: (name: string) =>
    refuse(400, "GRAPHQL_UNKNOWN_OPERATION_NAME", `Unknown operation named "${name}"`),
  tooManyTokens: refuse(400, "PARSING_ERROR", "parsing error: token limit reached, aborting lexing"),
  tooDeeplyNested: refuse(400, "PARSING_ERROR", "parsing error: parser recursion limit reached"),
  tooLargeWhenExpanded: (fields: number, fieldsMax: number) =>
    refuse(
      400,
      "OPERATION_TOO_LARGE",
      `the operation has ${fields} fields once its fragments are written out; at most ${fieldsMax} are planned`,
    ),
  reservedAlias: refuse(400, "GRAPHQL_VALIDATION_FAILED", "`__proto__` cannot be used as an alias"),
  subscriptionUnsupported: refuse(
    400,
    "SUBSCRIPTION_NOT_SUPPORTED",
    "subscription operation is not supported",
  ),
} as const;

function located(error: GraphQLError, message: string, code: string): GraphqlError {
  return {
    message,
    ...(error.locations && { locations: error.locations.map(({ line, column }) => ({ line, column })) }),
    extensions: { code },
  };
}
