import { TransportError } from "../transport.ts";

/** What the first lines of an answer say about its body and its connection. */
export interface ResponseHead {
  status: number;
  /** Each ended by CRLF. */
  headerLines: string;
  /** Undefined when not given. */
  contentLength: number | undefined;
  isChunked: boolean;
  contentEncoding: string | undefined;
  isKeptAlive: boolean;
  /** From `keep-alive: timeout=5`. */
  keepAliveSeconds: number | undefined;
}

/** @param text status line and header lines, each ended by CRLF, without the empty line */
export function parseResponseHead(text: string): ResponseHead {
  const statusLineEnd = text.indexOf("\r\n");
  const head: ResponseHead = {
    status: parseStatus(text, statusLineEnd),
    headerLines: text.slice(statusLineEnd + 2),
    contentLength: undefined,
    isChunked: false,
    contentEncoding: undefined,
    isKeptAlive: text.charCodeAt(7) === ONE,
    keepAliveSeconds: undefined,
  };
  let start = statusLineEnd + 2;
  while (start < text.length) {
    const end = text.indexOf("\r\n", start);
    const line = text.slice(start, end);
    if (!HEADER_LINE.test(line)) throw badAnswer("a malformed header line");
    readFraming(head, line);
    start = end + 2;
  }
  // RFC 9112 §6.3: with both, the transfer coding wins, and the connection cannot be trusted any further.
  if (head.isChunked && head.contentLength !== undefined) {
    head.contentLength = undefined;
    head.isKeptAlive = false;
  }
  return head;
}

function parseStatus(text: string, end: number): number {
  if (end > STATUS_LINE_CHARACTERS_MAX) throw badAnswer("a status line that is too long");
  const match = STATUS_LINE.exec(text.slice(0, end));
  if (match === null) throw badAnswer("no HTTP/1.1 status line");
  return Number(match[1]);
}

/** Looks only at names of the right length: most headers do not matter here. */
function readFraming(head: ResponseHead, line: string): void {
  const colon = line.indexOf(":");
  if (colon !== 10 && colon !== 14 && colon !== 16 && colon !== 17) return;
  const name = line.slice(0, colon).toLowerCase();
  const value = line.slice(colon + 1).trim();
  if (name === "content-length") readContentLength(head, value);
  else if (name === "transfer-encoding") readTransferEncoding(head, value);
  else if (name === "content-encoding") head.contentEncoding = joined(head.contentEncoding, value);
  else if (name === "connection") readConnection(head, value);
  else if (name === "keep-alive") readKeepAlive(head, value);
}

function readContentLength(head: ResponseHead, value: string): void {
  if (!DIGITS.test(value)) throw badAnswer("a malformed content-length");
  const length = Number(value);
  if (head.contentLength !== undefined && head.contentLength !== length) {
    throw badAnswer("two different content-lengths");
  }
  head.contentLength = length;
}

function readTransferEncoding(head: ResponseHead, value: string): void {
  if (value.toLowerCase() !== "chunked" || head.isChunked) throw badAnswer("an unknown transfer-encoding");
  head.isChunked = true;
}

function readConnection(head: ResponseHead, value: string): void {
  const options = value.toLowerCase();
  if (options.includes("close")) head.isKeptAlive = false;
  else if (options.includes("keep-alive")) head.isKeptAlive = true;
}

function readKeepAlive(head: ResponseHead, value: string): void {
  const match = KEEP_ALIVE_TIMEOUT.exec(value);
  if (match !== null) head.keepAliveSeconds = Number(match[1]);
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

export function badAnswer(what: string): TransportError {
  return new TransportError("BAD_ANSWER", `the subgraph's answer has ${what}`);
}

const ONE = 0x31;
const STATUS_LINE_CHARACTERS_MAX = 512;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const HEADER_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
const DIGITS = /^\d{1,15}$/;
const KEEP_ALIVE_TIMEOUT = /(?:^|[,;\s])timeout=(\d{1,6})/i;
