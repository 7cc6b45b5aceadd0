import { eventStreamType, writeSingleAnswer } from "../client-streams/event-stream.ts";
import { toResponseBody } from "../http/body-stream.ts";
import { chooseEncoding, compress } from "../http/compress.ts";
import { chooseContentType, readsEventsOnly } from "../http/negotiate.ts";
import { type Answer, bodyOf, textOf } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { writeStream } from "./write-stream.ts";

export async function writeAnswer(exchange: Exchange, answer: Answer): Promise<Response> {
  if (answer.stream) return writeStream(exchange, answer.stream);
  const { pipeline, received, request, observer } = exchange;
  const headers = new Headers(answer.headers);
  if (exchange.answerHeaders) for (const [name, value] of exchange.answerHeaders) headers.set(name, value);
  const hasBody =
    answer.body !== undefined ||
    answer.data !== undefined ||
    answer.errors !== undefined ||
    answer.extensions !== undefined;
  const written = hasBody ? bodyOf(answer) : undefined;
  let body: string | Uint8Array<ArrayBuffer> | null = null;
  if (written !== undefined) {
    const accept = request.headers.get("accept");
    const isEvents = answer.status === 200 && readsEventsOnly(accept);
    const text = isEvents ? writeSingleAnswer(textOf(written)) : written;
    if (isEvents || !headers.has("content-type")) {
      headers.set("content-type", isEvents ? eventStreamType : chooseContentType(accept));
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
  observer.end({ status: answer.status, bytes: body?.length, body: written, headers });
  return new Response(body && toResponseBody(body), { status: answer.status, headers });
}
