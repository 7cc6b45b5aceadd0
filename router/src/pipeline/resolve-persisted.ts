import { isJsonObject, type JsonObject } from "../json.ts";
import { hashOf } from "../persisted-queries/automatic-texts.ts";
import type { PersistedOperations } from "../persisted-queries/persisted-operations.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { Exchange } from "./exchange.ts";
import type { GraphqlRequest } from "./read-graphql-request.ts";

export interface ResolvedText {
  graphqlRequest: GraphqlRequest;
  /** Whether it was asked for by the id of a listed operation, and so is allowed. */
  isListed: boolean;
}

type Resolution = Staged<ResolvedText> | Promise<Staged<ResolvedText>>;

/** Finds the text of a request that names it only: first among listed operations, then among those sent before. */
export function resolvePersisted(exchange: Exchange, request: GraphqlRequest): Resolution {
  const { persistedOperations: operations } = exchange.pipeline;
  if (!operations) return resolveAutomatic(exchange, request);
  const id = readPersistedId(request);
  if (id === undefined) {
    if (!operations.requiresId || isExempt(exchange)) return resolveAutomatic(exchange, request);
    if (request.query !== undefined) operations.logUnknown(request.query, false);
    return answerWith(clientErrors.persistedIdRequired);
  }
  return resolveListed(exchange, request, { id, operations });
}

/** Judges an operation that came as text, where only listed ones are wanted. */
export function judgeText(
  exchange: Exchange,
  document: Parameters<PersistedOperations["judge"]>[0]["document"],
  text: string,
): Staged<undefined> {
  const { persistedOperations: operations } = exchange.pipeline;
  if (!operations) return next(undefined);
  const clientName = clientNameOf(exchange);
  const { isAllowed, id } = operations.judge({ document, text, clientName, isExempt: isExempt(exchange) });
  if (id !== undefined) exchange.context.set(contextKeys.id, id);
  return isAllowed ? next(undefined) : answerWith(clientErrors.notInSafelist);
}

function resolveListed(
  exchange: Exchange,
  request: GraphqlRequest,
  { id, operations }: { id: string; operations: PersistedOperations },
): Resolution {
  const { meters } = exchange.pipeline.telemetry;
  if (request.query !== undefined) {
    // With automatic persisted queries this is how a client makes a text known.
    return operations.allowsAutomatic
      ? resolveAutomatic(exchange, request)
      : answerWith(clientErrors.persistedIdAndBody);
  }
  const query = operations.bodyOf(id, clientNameOf(exchange));
  if (query !== undefined) {
    exchange.context.set(contextKeys.id, id);
    meters.persistedQuery({});
    const { persistedQuery: _, ...extensions } = request.extensions;
    return next({ graphqlRequest: { ...request, query, extensions }, isListed: true });
  }
  if (operations.allowsAutomatic) return resolveAutomatic(exchange, request);
  meters.persistedQuery({ "persisted_queries.not_found": true });
  return answerWith(clientErrors.persistedNotInList(id, request.operationName));
}

/** Under Apollo Router's names, for coprocessors and for what is made from the context. */
const contextKeys = {
  id: "apollo::supergraph::persisted_query_id",
  clientName: "apollo_persisted_queries::client_name",
  skipEnforcement: "apollo_persisted_queries::safelist::skip_enforcement",
} as const;

function isExempt({ context }: Exchange): boolean {
  return context.get(contextKeys.skipEnforcement) === true;
}

function clientNameOf({ context, request, pipeline }: Exchange): string | undefined {
  const given = context.get(contextKeys.clientName);
  if (typeof given === "string") return given;
  const header = pipeline.config.telemetry.apollo.clientNameHeader;
  return header === undefined ? undefined : (request.headers.get(header) ?? undefined);
}

/** A client sends a text's hash, and the text itself only when asked for it. */
function resolveAutomatic({ pipeline, context }: Exchange, request: GraphqlRequest): Resolution {
  const unlisted = next({ graphqlRequest: request, isListed: false });
  if (!pipeline.config.apq.enabled) {
    return "persistedQuery" in request.extensions ? answerWith(clientErrors.apqNotSupported) : unlisted;
  }
  const hash = readHash(request);
  if (hash === undefined) return unlisted;
  if (request.query !== undefined) {
    if (hashOf(request.query) !== hash.toLowerCase()) return answerWith(clientErrors.apqMismatch);
    pipeline.automaticTexts.keep(hash, request.query);
    if (pipeline.keepsContext) context.set("apollo::apq::registered", true);
    return unlisted;
  }
  const found = pipeline.automaticTexts.find(hash);
  const answerFound = (query: string | undefined): Staged<ResolvedText> => {
    if (pipeline.keepsContext) context.set("apollo::apq::cache_hit", query !== undefined);
    if (query === undefined) return answerWith(clientErrors.apqNotFound);
    return next({ graphqlRequest: { ...request, query }, isListed: false });
  };
  return found instanceof Promise ? found.then(answerFound) : answerFound(found);
}

function readHash(request: GraphqlRequest): string | undefined {
  const id = readPersistedId(request);
  return id !== undefined && /^[0-9a-f]{64}$/i.test(id) ? id : undefined;
}

function readPersistedId({ extensions }: { extensions: JsonObject }): string | undefined {
  const persisted = extensions.persistedQuery;
  if (!isJsonObject(persisted) || typeof persisted.version !== "number") return undefined;
  return typeof persisted.sha256Hash === "string" ? persisted.sha256Hash : undefined;
}
