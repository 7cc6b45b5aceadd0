import { createHash, randomBytes } from "node:crypto";
import { findHeader } from "../../../subgraph-client/buffered-response.ts";
import { ByteCollector } from "../../../subgraph-client/http1/byte-collector.ts";
import { writeHeaderLines, writeRequestLine } from "../../../subgraph-client/http1/request-message.ts";
import { parseResponseHead } from "../../../subgraph-client/http1/response-head.ts";

export interface HandshakeRequest {
  url: URL;
  headers: Readonly<Record<string, string>>;
  protocol: string;
}

const headBytesMax = 16 * 1024;
const headEnd = Buffer.from("\r\n\r\n");

/** The request by which a connection becomes a socket, and the server's answer to it. */
export class Handshake {
  private readonly key = randomBytes(16).toString("base64");
  private readonly received = new ByteCollector();

  constructor(private readonly request: HandshakeRequest) {}

  /** @throws TransportError where a header cannot be written */
  write(): string {
    const { url, protocol } = this.request;
    const headers = Object.entries(this.request.headers).filter(
      ([name]) => !name.startsWith("sec-websocket-"),
    );
    return (
      writeRequestLine("GET", { path: url.pathname + url.search, host: url.host }) +
      "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n" +
      `sec-websocket-key: ${this.key}\r\nsec-websocket-protocol: ${protocol}\r\n${writeHeaderLines(Object.fromEntries(headers))}\r\n`
    );
  }

  /**
   * @returns what follows the answer's head, once that is there
   * @throws where the answer is no upgrade
   */
  read(piece: Buffer): Buffer | undefined {
    this.received.append(piece, 0, piece.length);
    const bytes = this.received.peek();
    const end = bytes.indexOf(headEnd);
    if (end < 0 && bytes.length <= headBytesMax) return undefined;
    if (end < 0 || end > headBytesMax)
      throw new Error(`an answer with more than ${headBytesMax} bytes of headers`);
    this.check(bytes.toString("latin1", 0, end + 2));
    return bytes.subarray(end + headEnd.length);
  }

  private check(text: string): void {
    const { status, headerLines } = parseResponseHead(text);
    if (status !== 101) throw new Error(`the subgraph answered with status ${status}`);
    const header = (name: string) => findHeader(headerLines, name);
    if (header("upgrade")?.toLowerCase() !== "websocket") throw new Error("an upgrade to something else");
    if (header("sec-websocket-accept") !== acceptFor(this.key)) throw new Error("an answer to another key");
    if (header("sec-websocket-extensions") !== undefined) {
      throw new Error("an extension that was not asked for");
    }
    const protocol = header("sec-websocket-protocol");
    if (protocol !== undefined && protocol !== this.request.protocol) {
      throw new Error(`the protocol '${protocol}', which was not asked for`);
    }
  }
}

/** https://www.rfc-editor.org/rfc/rfc6455#section-1.3 */
function acceptFor(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}
