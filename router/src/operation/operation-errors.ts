import { GraphQLError, getLocation, type OperationDefinitionNode, Source } from "graphql";
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
  tooManyTokens: (text: string, offset: number) =>
    refuseAt(text, offset, "parsing error: token limit reached, aborting lexing"),
  tooDeeplyNested: (text: string, offset: number) =>
    refuseAt(text, offset, "parsing error: parser recursion limit reached"),
  tooManyRecursiveSelections: refuse(
    400,
    "GRAPHQL_VALIDATION_FAILED",
    "Maximum recursive selections limit exceeded in this operation",
  ),
  tooLargeWhenExpanded: (fields: number, fieldsMax: number) =>
    refuse(
      400,
      "OPERATION_TOO_LARGE",
      `the operation has ${fields} fields once its fragments are written out; at most ${fieldsMax} are planned`,
    ),
  /** graphql-js does not check it. */
  noRootType: ({ operation, loc }: OperationDefinitionNode) =>
    refuseInvalid([
      new GraphQLError(`The schema has no "${operation}" root type defined`, {
        source: loc?.source,
        positions: loc && [loc.start],
      }),
    ]),
  reservedAlias: refuse(400, "GRAPHQL_VALIDATION_FAILED", "`__proto__` cannot be used as an alias"),
  subscriptionUnsupported: refuse(
    400,
    "SUBSCRIPTION_NOT_SUPPORTED",
    "subscription operation is not supported",
  ),
} as const;

function refuseAt(text: string, offset: number, message: string): OperationRefusal {
  const { line, column } = getLocation(new Source(text), offset);
  return {
    status: 400,
    errors: [{ message, locations: [{ line, column }], extensions: { code: "PARSING_ERROR" } }],
  };
}

function located(error: GraphQLError, message: string, code: string): GraphqlError {
  return {
    message,
    ...(error.locations && { locations: error.locations.map(({ line, column }) => ({ line, column })) }),
    extensions: { code },
  };
}
