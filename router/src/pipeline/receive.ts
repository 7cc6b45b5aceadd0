import {
  type ContentKind,
  isGetContentTypeWrong,
  readAccept,
  readContentKind,
  readsEventsOnly,
} from "../http/negotiate.ts";
import { readBody } from "../http/read-body.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { Exchange } from "./exchange.ts";
import type { Pipeline } from "./pipeline.ts";
import {
  type GraphqlRequest,
  type RequestBatch,
  readJsonRequests,
  readQueryString,
} from "./read-graphql-request.ts";
import { receiveUpload } from "./receive-upload.ts";

/** Judges a request by its head alone, before anybody asks who sent it. */
export function checkHead(pipeline: Pipeline, { method, headers }: Request): Staged<undefined> {
  const { http1MaxRequestHeaders: headersMax } = pipeline.config.limits;
  if (headersMax !== undefined && [...headers.keys()].length > headersMax) {
    return answerWith(clientErrors.tooManyHeaders);
  }
  const isGet = method === "GET" || method === "HEAD";
  if (!isGet && method !== "POST") return answerWith(clientErrors.methodNotAllowed);
  const forgery = pipeline.findForgery(headers);
  return forgery === undefined ? next(undefined) : answerWith(clientErrors.forged(forgery));
}

/** Whether the router understands what the client sends, and writes what the client understands. */
export function negotiate(pipeline: Pipeline, { method, headers }: Request): Staged<ContentKind> {
  const isGet = method === "GET" || method === "HEAD";
  const contentType = headers.get("content-type");
  const contentKind = isGet ? "json" : readContentKind(contentType);
  if (isGet) {
    if (isGetContentTypeWrong(contentType)) return answerWith(clientErrors.badGetContentType);
  } else if (contentKind === "form" && pipeline.uploads) {
    // Its own parts say what they are, and are judged first.
    return next(contentKind);
  } else if (contentKind !== "json") {
    return answerWith(clientErrors.badContentType);
  }
  const accept = headers.get("accept");
  const isReadable = readAccept(accept) !== undefined && (pipeline.offersEvents || !readsEventsOnly(accept));
  return isReadable ? next(contentKind) : answerWith(clientErrors.badAccept);
}

export async function readRequestBody(
  exchange: Exchange,
  contentKind: ContentKind,
): Promise<Staged<GraphqlRequest | RequestBatch>> {
  const { pipeline, request } = exchange;
  if (contentKind === "form" && pipeline.uploads) return receiveUpload(exchange, pipeline.uploads);
  const bytesMax = pipeline.config.limits.httpMaxRequestBytes;
  if (request.method !== "POST") {
    const search = searchOf(request.url);
    return search.length > bytesMax ? answerWith(clientErrors.queryTooLarge) : readQueryString(search);
  }
  const text = await readRequestText(exchange);
  return text.kind === "answer" ? text : readJsonRequests(text.value, pipeline.config.batching);
}

export async function readRequestText({ pipeline, request }: Exchange): Promise<Staged<string>> {
  const body = await readBody(request, pipeline.config.limits.httpMaxRequestBytes);
  switch (body.kind) {
    case "body":
      return next(body.text);
    case "tooLarge":
      return answerWith(clientErrors.bodyTooLarge);
    case "unknownEncoding":
      return answerWith(clientErrors.unknownEncoding);
    case "unreadable":
      return answerWith(clientErrors.unreadableBody(body.message));
  }
}

function searchOf(url: string): string {
  const start = url.indexOf("?");
  return start < 0 ? "" : url.slice(start);
}
