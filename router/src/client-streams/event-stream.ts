import { errorsText, FatalErrors, type OperationStream, type StreamPart } from "../streams/stream-part.ts";
import { StreamForm, writeStreamBody } from "./stream-body.ts";

export const eventStreamType = "text/event-stream; charset=utf-8";

/** A comment, which no client reads. */
export const ping = ":\n\n";

const form = new StreamForm({
  first: ping,
  write: (part) => writeNext(part),
  last: writeComplete(),
  beat: ping,
});

/** Writes a stream as `graphql-sse` reads it where an operation has a connection of its own. */
export function writeEventStream({ parts }: OperationStream, pingMs: number): ReadableStream<Uint8Array> {
  return writeStreamBody(parts, form, pingMs);
}

/** With an id where several operations share the connection. */
export function writeNext(part: StreamPart, id?: string): string {
  const payload = part instanceof FatalErrors ? `{"errors":${errorsText(part)}}` : part;
  return `event: next\ndata: ${id === undefined ? payload : `{"id":${JSON.stringify(id)},"payload":${payload}}`}\n\n`;
}

export function writeComplete(id?: string): string {
  return `event: complete\ndata: ${id === undefined ? "" : JSON.stringify({ id })}\n\n`;
}

/** A single answer, for a client that reads events only. */
export function writeSingleAnswer(body: string): string {
  return writeNext(body) + writeComplete();
}
