import type { SubgraphResponse } from "./transport.ts";

/** An answer held as received: headers and text are made only when someone asks for them. */
export class BufferedResponse implements SubgraphResponse {
  #headers: Headers | undefined;
  #text: string | undefined;
  #body: Buffer | undefined;

  /** @param headerLines each ended by CRLF, already checked */
  constructor(
    readonly status: number,
    private readonly headerLines: string,
    private readonly bytes: Buffer,
    private readonly start: number,
    private readonly end: number,
  ) {}

  get body(): Buffer {
    this.#body ??= this.bytes.subarray(this.start, this.end);
    return this.#body;
  }

  get headers(): Headers {
    this.#headers ??= toHeaders(this.headerLines);
    return this.#headers;
  }

  header(name: string): string | undefined {
    return findHeader(this.headerLines, name);
  }

  text(): string {
    this.#text ??= this.bytes.toString("utf8", this.start, this.end);
    return this.#text;
  }
}

function toHeaders(headerLines: string): Headers {
  const headers = new Headers();
  forEachHeader(headerLines, (name, value) => headers.append(name, value));
  return headers;
}

function forEachHeader(headerLines: string, visit: (name: string, value: string) => void): void {
  let start = 0;
  while (start < headerLines.length) {
    const end = headerLines.indexOf("\r\n", start);
    const colon = headerLines.indexOf(":", start);
    visit(headerLines.slice(start, colon), headerLines.slice(colon + 1, end).trim());
    start = end + 2;
  }
}

/** One that comes several times is a list. @param name in lower case */
export function findHeader(headerLines: string, name: string): string | undefined {
  let found: string | undefined;
  let start = 0;
  while (start < headerLines.length) {
    const end = headerLines.indexOf("\r\n", start);
    const colon = start + name.length;
    if (headerLines.charCodeAt(colon) === COLON && headerLines.slice(start, colon).toLowerCase() === name) {
      const value = headerLines.slice(colon + 1, end).trim();
      found = found === undefined ? value : `${found}, ${value}`;
    }
    start = end + 2;
  }
  return found;
}

const COLON = 0x3a;
