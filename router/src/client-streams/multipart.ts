import { errorsText, FatalErrors, type OperationStream, type StreamPart } from "../streams/stream-part.ts";
import { StreamForm, writeStreamBody } from "./stream-body.ts";

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

/** Every part ends with the boundary of the next, the last with the end's. */
const forms = {
  subscription: new StreamForm({
    first: separator + heartbeat,
    write: (part) => `${head}${writePayload(part)}${separator}`,
    last: end,
    beat: heartbeat,
  }),
  incremental: new StreamForm({
    first: separator,
    write: (part) => `${head}${writePlain(part)}${separator}`,
    last: end,
    beat: undefined,
  }),
};

/** Writes a stream as Apollo Router does. */
export function writeMultipart({ kind, parts }: OperationStream): ReadableStream<Uint8Array> {
  return writeStreamBody(parts, forms[kind], heartbeatMs);
}

function writePayload(part: StreamPart): string {
  return part instanceof FatalErrors
    ? `{"payload":null,"errors":${errorsText(part)}}`
    : `{"payload":${part}}`;
}

function writePlain(part: StreamPart): string {
  return part instanceof FatalErrors ? `{"errors":${errorsText(part)},"hasNext":false}` : part;
}
