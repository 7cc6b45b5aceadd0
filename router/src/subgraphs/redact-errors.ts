import type {
  ErrorExposure,
  IncludeSubgraphErrorsConfig,
} from "../config/sections/include-subgraph-errors.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";

/** Hides from clients what `include_subgraph_errors` does not allow them to see. */
export type RedactError = (error: GraphqlError) => GraphqlError;

const redactedMessage = "Subgraph errors redacted";

export function compileRedaction(config: IncludeSubgraphErrorsConfig, subgraphName: string): RedactError {
  const exposure = config.subgraphs[subgraphName] ?? config.all;
  if (exposure.kind === "hidden") return hideError;
  if (!exposure.redactMessage && exposure.extensions.kind === "all") return (error) => error;
  const { redactMessage } = exposure;
  return (error) => ({
    ...error,
    message: redactMessage ? redactedMessage : error.message,
    extensions: filterExtensions(error.extensions ?? {}, exposure),
  });
}

function hideError({ path, locations }: GraphqlError): GraphqlError {
  return { message: redactedMessage, ...(path && { path }), ...(locations && { locations }) };
}

function filterExtensions(
  extensions: JsonObject,
  { extensions: filter }: ErrorExposure & { kind: "shown" },
): JsonObject {
  if (filter.kind === "all") return extensions;
  const wanted = filter.kind === "only";
  return Object.fromEntries(Object.entries(extensions).filter(([key]) => filter.keys.has(key) === wanted));
}
