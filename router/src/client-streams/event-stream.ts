import { errorsText, FatalErrors, type OperationStream, type StreamPart } from "../streams/stream-part.ts";

export const eventStreamType = "text/event-stream; charset=utf-8";

/** Writes a stream as `graphql-sse` reads it where an operation has a connection of its own. */
export function writeEventStream({ parts }: OperationStream, pingMs: number): ReadableStream<Uint8Array> {
  let pinging: ReturnType<typeof setInterval> | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // The head goes out with the first bytes, and a client waits for it.
      controller.enqueue(pingBytes);
      pinging = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(pingBytes);
      }, pingMs);
    },
    async pull(controller) {
      const { done, value } = await parts.next();
      if (!done) return controller.enqueue(encoder.encode(writeNext(value)));
      clearInterval(pinging);
      controller.enqueue(encoder.encode(writeComplete()));
      controller.close();
    },
    cancel() {
      clearInterval(pinging);
      parts.leave();
    },
  });
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

const encoder = new TextEncoder();
export const pingBytes = encoder.encode(":\n\n");
