import { errorsText, FatalErrors, type OperationStream, type StreamPart } from "../streams/stream-part.ts";

/** Apollo Router's, on both its multipart protocols. */
const separator = "\r\n--graphql";
const head = "\r\ncontent-type: application/json\r\n\r\n";
const heartbeat = `${head}{}${separator}`;
const heartbeatMs = 5_000;
const end = "--\r\n";

export const multipartTypes = {
  subscription: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  defer: 'multipart/mixed;boundary="graphql";deferSpec=20220824',
  incremental: 'multipart/mixed;boundary="graphql";incrementalSpec=v0.2',
} as const;

/** Writes a stream as Apollo Router does: every part ends with the boundary of the next, the last with the end's. */
export function writeMultipart({ kind, parts }: OperationStream): ReadableStream<Uint8Array> {
  const write = kind === "subscription" ? writePayload : writePlain;
  let beating: ReturnType<typeof setInterval> | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (kind !== "subscription") return controller.enqueue(encoder.encode(separator));
      controller.enqueue(encoder.encode(separator + heartbeat));
      beating = setInterval(() => {
        // To a client that does not read, a sign of life is one thing more that waits.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(heartbeatBytes);
      }, heartbeatMs);
    },
    async pull(controller) {
      const { done, value } = await parts.next();
      if (!done) return controller.enqueue(encode(`${head}${write(value)}${separator}`));
      clearInterval(beating);
      controller.enqueue(endBytes);
      controller.close();
    },
    cancel() {
      clearInterval(beating);
      parts.leave();
    },
  });
}

function writePayload(part: StreamPart): string {
  return part instanceof FatalErrors
    ? `{"payload":null,"errors":${errorsText(part)}}`
    : `{"payload":${part}}`;
}

function writePlain(part: StreamPart): string {
  return part instanceof FatalErrors ? `{"errors":${errorsText(part)},"hasNext":false}` : part;
}

const encoder = new TextEncoder();
const heartbeatBytes = encoder.encode(heartbeat);
const endBytes = encoder.encode(end);

let lastText = "";
let lastBytes = encoder.encode(lastText);

/** What goes to a thousand clients one after the other is encoded once. */
function encode(text: string): Uint8Array {
  if (text !== lastText) {
    lastText = text;
    lastBytes = encoder.encode(text);
  }
  // Each stream owns what it is given.
  return lastBytes.slice();
}
