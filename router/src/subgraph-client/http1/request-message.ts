import { TransportError } from "../transport.ts";

export interface TargetText {
  path: string;
  host: string;
  acceptEncoding: string;
}

/** Request line and the headers that never change for one target. */
export function writeRequestPrefix(target: TargetText, contentType = JSON_TYPE): string {
  checkHeader("content-type", contentType);
  const acceptEncoding = target.acceptEncoding === "" ? "" : `accept-encoding: ${target.acceptEncoding}\r\n`;
  return (
    `${writeRequestLine("POST", target)}content-type: ${contentType}\r\n` +
    `accept: ${ACCEPTED_TYPES}\r\n${acceptEncoding}`
  );
}

/** Together with the header that says which host is meant. */
export function writeRequestLine(method: string, { path, host }: Pick<TargetText, "path" | "host">): string {
  if (!PATH.test(path) || !VISIBLE.test(host)) {
    throw new TransportError("BAD_REQUEST", "the subgraph's URL cannot be written into a request line");
  }
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
}

export const JSON_TYPE = "application/json";

/** Apollo Router's. */
export const ACCEPTED_TYPES = "application/json, application/graphql-response+json";

/**
 * The whole request. A string holds ASCII only, so its characters are its bytes and Bun writes it without
 * converting it.
 */
export function writeRequestMessage(
  prefix: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): string | Buffer {
  const headerLines = writeHeaderLines(headers);
  const bodyBytes = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  const head = `${prefix}${headerLines}content-length: ${bodyBytes}\r\n\r\n`;
  if (typeof body !== "string") return Buffer.concat([Buffer.from(head, "latin1"), body]);
  if (bodyBytes === body.length && isAscii(headerLines)) return head + body;
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}

/** Names that the connection itself decides on; a propagated header must not speak for it. */
export const TRANSPORT_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Each ended by CRLF. */
export function writeHeaderLines(headers: Readonly<Record<string, string>>): string {
  let lines = "";
  for (const name in headers) {
    if (TRANSPORT_HEADERS.has(name)) continue;
    const value = headers[name]!;
    checkHeader(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/** A line break in a value would let whoever sent it write headers, or a second request, of their own. */
export function checkHeader(name: string, value: string): void {
  if (!HEADER_NAME.test(name))
    throw new TransportError("BAD_REQUEST", "a request header's name is malformed");
  if (!HEADER_VALUE.test(value)) {
    throw new TransportError("BAD_REQUEST", `the value of request header '${name}' is malformed`);
  }
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const PATH = /^\/[\x21-\x7e]*$/;
const VISIBLE = /^[\x21-\x7e]+$/;
