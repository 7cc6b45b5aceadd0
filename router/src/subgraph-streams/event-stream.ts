import type { JsonValue } from "../json.ts";
import { AnswerStream } from "../streams/answer-stream.ts";
import type { PostStream } from "./post-stream.ts";
import { readAnswerErrors } from "./read-error-list.ts";
import { readEvents, type ServerSentEvent } from "./read-events.ts";
import {
  eventBytesMax,
  type OpenUpstream,
  pushEvent,
  UpstreamError,
  type UpstreamPart,
  upstreamCapacity,
} from "./upstream.ts";

const openTimeoutMs = 10_000;

/** Subscribes by server-sent events, in the distinct connections mode of `graphql-sse`. */
export function createEventStreamUpstream(post: PostStream): OpenUpstream {
  return async function openEventStream({ headers, traceHeaders, body }) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), openTimeoutMs);
    const response = await post({
      headers: {
        ...headers,
        ...traceHeaders,
        "content-type": "application/json",
        accept: "text/event-stream",
      },
      body,
      signal: abort.signal,
    }).catch((error: unknown) => {
      const reason = abort.signal.aborted ? `no answer within ${openTimeoutMs} ms` : String(error);
      throw new UpstreamError(`cannot subscribe by server-sent events: ${reason}`);
    });
    clearTimeout(timer);
    if (!response.ok || !isEventStream(response) || !response.body) throw await explainAnswer(response);
    const stream = new AnswerStream<UpstreamPart>(upstreamCapacity);
    stream.onLeave = () => abort.abort();
    void read(response.body, stream).finally(() => abort.abort());
    return stream;
  };
}

async function read(body: ReadableStream<Uint8Array>, stream: AnswerStream<UpstreamPart>): Promise<void> {
  let reason = "the subgraph closed the connection";
  try {
    for await (const event of readEvents(body, eventBytesMax)) {
      const part = toPart(event);
      if (part?.kind === "payload") pushEvent(stream, part);
      else if (part) return stream.end(part);
      if (!stream.isOpen) return;
    }
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  const extensions = { code: "SUBGRAPH_STREAM_ERROR" };
  stream.end({ kind: "lost", error: { message: `the event stream was lost: ${reason}`, extensions } });
}

function toPart({ event, data }: ServerSentEvent): UpstreamPart | undefined {
  if (event === "complete") return { kind: "complete" };
  if (event !== "next" && event !== "message") return undefined;
  return { kind: "payload", payload: JSON.parse(data) as JsonValue };
}

function isEventStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") === true;
}

async function explainAnswer(response: Response): Promise<UpstreamError> {
  const errors = readAnswerErrors(await response.text().catch(() => ""));
  const message = `cannot subscribe by server-sent events: the subgraph answered with status ${response.status}`;
  return new UpstreamError(message, errors);
}
