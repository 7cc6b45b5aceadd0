import { toResponseBody } from "../http/body-stream.ts";
import { chooseEncoding, compress } from "../http/compress.ts";
import { chooseContentType } from "../http/negotiate.ts";
import { type Answer, writeBody } from "./answer.ts";
import type { Exchange } from "./exchange.ts";

export async function writeAnswer(exchange: Exchange, answer: Answer): Promise<Response> {
  const { pipeline, received, request, observer } = exchange;
  const headers = new Headers(answer.headers);
  if (exchange.answerHeaders) for (const [name, value] of exchange.answerHeaders) headers.set(name, value);
  const hasBody =
    answer.body !== undefined ||
    answer.data !== undefined ||
    answer.errors !== undefined ||
    answer.extensions !== undefined;
  let body: string | Uint8Array<ArrayBuffer> | null = null;
  if (hasBody) {
    const text = answer.body ?? writeBody(answer);
    if (!headers.has("content-type")) {
      headers.set("content-type", chooseContentType(request.headers.get("accept")));
    }
    const encoding = chooseEncoding(received.headers.get("accept-encoding"));
    body = (encoding && (await compress(text, encoding))) ?? text;
    if (encoding && body !== text) {
      headers.set("content-encoding", encoding);
      headers.set("vary", "accept-encoding");
    }
  }
  pipeline.cors.addHeaders(received.headers.get("origin"), headers);
  observer.writeResponseHeaders(headers);
  observer.end({ status: answer.status, bytes: body?.length, headers });
  return new Response(body && toResponseBody(body), { status: answer.status, headers });
}
