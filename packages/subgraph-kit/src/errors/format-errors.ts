import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { Logger } from "../telemetry/logger.ts";
import { kitErrors } from "./kit-errors.ts";
import { ClientError } from "./registry.ts";

export interface ErrorContext {
  requestId: string;
  operation: string | undefined;
  query: string;
  /** Its lines name the request and the tenant. */
  log(): Logger;
}

/** What leaves the subgraph: a client's error as it is, anything else logged in full and masked. */
export function formatErrors(
  errors: readonly GraphQLError[],
  context: ErrorContext,
): GraphQLFormattedError[] {
  return errors.map((error) => formatError(error, context));
}

function formatError(error: GraphQLError, context: ErrorContext): GraphQLFormattedError {
  const cause = originOf(error);
  const { locations, path } = error;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  if (cause instanceof ClientError) {
    return { message: cause.message, ...place, extensions: { ...cause.details, code: cause.code } };
  }
  // No original error: graphql itself says it, of the document or of a value that does not fit the schema.
  if (cause === undefined || cause instanceof GraphQLError) {
    const source = cause ?? error;
    return {
      message: source.message,
      ...place,
      extensions: { code: "INTERNAL_SERVER_ERROR", ...source.extensions },
    };
  }
  const { requestId } = context;
  const busy = (cause as { code?: unknown }).code === "DATABASE_BUSY";
  const masked = busy ? kitErrors.SERVICE_UNAVAILABLE() : undefined;
  if (masked) context.log().error({ err: cause, path: path?.join(".") }, "a resolver found no connection");
  else raiseAlert(cause, { path: path?.join("."), ...context });
  return {
    message: masked?.message ?? `Internal server error (request ${requestId})`,
    ...place,
    extensions: { code: masked?.code ?? "INTERNAL_SERVER_ERROR", requestId },
  };
}

const queryCharactersMax = 2_000;
const texts = /"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"/g;

/** What nobody foresaw. Alerting rules look for this line and its severity. The document's texts may be secret. */
export function raiseAlert(
  error: unknown,
  { path, operation, query, log }: Omit<ErrorContext, "requestId"> & { path?: string | undefined },
): void {
  log().error(
    {
      ...{ err: error, severity: "critical", operation, path },
      query: query.replace(texts, '""').slice(0, queryCharactersMax),
    },
    "Internal server error in GraphQL",
  );
}

function originOf(error: GraphQLError): Error | undefined {
  let origin: Error | undefined | null = error.originalError;
  while (origin instanceof GraphQLError && origin.originalError) origin = origin.originalError;
  return origin ?? undefined;
}
