import { parseMediaTypes } from "./media-types.ts";

export const jsonType = "application/json";
export const graphqlJsonType = "application/graphql-response+json";
const subscriptionType = "multipart/mixed;subscriptionSpec=1.0";
const deferType = "multipart/mixed;deferSpec=20220824";
const eventStreamType = "text/event-stream";

/** What the client can read. */
export interface Accepts {
  json: boolean;
  wildcard: boolean;
  multipartDefer: boolean;
  multipartSubscription: boolean;
  /** The incremental delivery format of graphql-js 17, by the name that Apollo Client gives it. */
  multipartIncremental: boolean;
  eventStream: boolean;
}

const acceptsOnlyJson: Accepts = {
  json: true,
  wildcard: false,
  multipartDefer: false,
  multipartSubscription: false,
  multipartIncremental: false,
  eventStream: false,
};

/** Undefined where the client can read nothing that the router writes. */
export function readAccept(header: string | null): Accepts | undefined {
  if (header === null || header === jsonType) return acceptsOnlyJson;
  const accepts = { ...acceptsOnlyJson, json: false };
  for (const type of parseMediaTypes(header)) {
    if (!type) continue;
    if (type.essence === jsonType || type.essence === graphqlJsonType) accepts.json = true;
    else if (type.essence === "*/*") accepts.wildcard = true;
    else if (type.essence === eventStreamType) accepts.eventStream = true;
    else if (type.essence === "multipart/mixed") {
      if (type.parameters.get("deferspec") === "20220824") accepts.multipartDefer = true;
      if (type.parameters.get("subscriptionspec") === "1.0") accepts.multipartSubscription = true;
      if (type.parameters.get("incrementalspec") === "v0.2") accepts.multipartIncremental = true;
    }
  }
  return Object.values(accepts).some(Boolean) ? accepts : undefined;
}

/** A client that reads nothing else gets every answer as events. */
export function readsEventsOnly(accept: string | null): boolean {
  if (accept === null || !accept.includes(eventStreamType)) return false;
  const accepts = readAccept(accept);
  return accepts?.eventStream === true && !accepts.json && !accepts.wildcard;
}

/**
 * The client's own preference between the two JSON types. Apollo Router always writes `application/json`;
 * https://graphql.github.io/graphql-over-http/draft/#sec-Accept asks for the type that was preferred.
 */
export function chooseContentType(accept: string | null): string {
  if (accept === null || accept === jsonType || !accept.includes(graphqlJsonType)) return jsonType;
  const quality = { [jsonType]: 0, [graphqlJsonType]: 0 };
  for (const type of parseMediaTypes(accept)) {
    if (type && (type.essence === jsonType || type.essence === graphqlJsonType)) {
      quality[type.essence] = Math.max(quality[type.essence]!, Number(type.parameters.get("q") ?? 1));
    }
  }
  return quality[graphqlJsonType]! >= quality[jsonType]! ? `${graphqlJsonType}; charset=utf-8` : jsonType;
}

export const acceptProblem = `'accept' header must be one of: \\"*/*\\", "${jsonType}", "${graphqlJsonType}", ${JSON.stringify(subscriptionType)} or ${JSON.stringify(deferType)}`;

export type ContentKind = "json" | "form" | "other";

export function readContentKind(header: string | null): ContentKind {
  if (header === null) return "other";
  if (header === jsonType) return "json";
  const types = parseMediaTypes(header);
  if (types.some((type) => type?.essence === jsonType || type?.essence === graphqlJsonType)) return "json";
  return types[0]?.essence === "multipart/form-data" ? "form" : "other";
}

export const contentTypeProblem = `'content-type' header must be one of: "${jsonType}" or "${graphqlJsonType}"`;

export function isJsonContent(header: string): boolean {
  return readContentKind(header) === "json";
}

/** A GET has no body; a content type that says otherwise is a mistake worth telling. */
export function isGetContentTypeWrong(header: string | null): boolean {
  if (header === null || header.trim() === "") return false;
  return !parseMediaTypes(header).every((type) => type?.essence === jsonType);
}

export const getContentTypeProblem = `GET request 'content-type' header may only contain: "${jsonType}"`;
