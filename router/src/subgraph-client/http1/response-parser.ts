import { BufferedResponse } from "../buffered-response.ts";
import { answerTooLarge, ByteCollector } from "./byte-collector.ts";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import { badAnswer, parseResponseHead, type ResponseHead } from "./response-head.ts";

/** An answer as it came over the wire, its content encoding not yet undone. */
export interface ReceivedAnswer {
  head: ResponseHead;
  response: BufferedResponse;
  /** Another answer may follow on this connection: no close asked for, no bytes left over. */
  isReusable: boolean;
}

/**
 * Reads one answer from pieces cut anywhere. An answer that comes in one piece with a content-length, which is
 * what most are, is neither copied nor cut into views.
 */
export class ResponseParser {
  /** Whether any byte has come: from then on, the request must not be sent again. */
  hasStarted = false;
  private head: ResponseHead | undefined;
  private chunked: ChunkedDecoder | undefined;
  private collector: ByteCollector | undefined;
  private headBytes = 0;

  constructor(
    private readonly headerBytesMax: number,
    private bodyBytesMax = 0,
  ) {}

  /** Makes ready for the next answer. */
  reset(bodyBytesMax: number): void {
    this.bodyBytesMax = bodyBytesMax;
    this.hasStarted = false;
    this.head = undefined;
    this.chunked = undefined;
    this.collector = undefined;
    this.headBytes = 0;
  }

  /**
   * @returns the answer when it is complete
   * @throws TransportError when it is malformed or too large; the parser is of no use afterwards
   */
  push(piece: Buffer): ReceivedAnswer | undefined {
    this.hasStarted = true;
    return this.head === undefined ? this.readHead(piece) : this.readBody(this.head, piece, 0);
  }

  /** The subgraph closed its side. @returns the answer if that is what ends it */
  finish(): ReceivedAnswer | undefined {
    const { head } = this;
    if (head === undefined || head.isChunked || head.contentLength !== undefined) return undefined;
    return this.complete(head, false);
  }

  private readHead(received: Buffer): ReceivedAnswer | undefined {
    let piece = received;
    let searchFrom = 0;
    if (this.collector !== undefined) {
      searchFrom = Math.max(0, this.collector.length - 3);
      this.collector.append(received, 0, received.length);
      piece = this.collector.peek();
    }
    let start = 0;
    while (true) {
      const end = piece.indexOf(HEAD_END, searchFrom);
      this.checkHeadBytes(end === -1 ? piece.length - start : end - start);
      if (end === -1) {
        this.keepForLater(piece, start);
        return undefined;
      }
      const head = parseResponseHead(piece.toString("latin1", start, end + 2));
      this.headBytes += end + 4 - start;
      start = end + 4;
      if (head.status >= 200) {
        this.collector = undefined;
        return this.startBody(head, piece, start);
      }
      if (head.status === 101) throw badAnswer("a protocol switch");
      searchFrom = start;
    }
  }

  /** Counts interim answers too, so that an endless row of them ends. */
  private checkHeadBytes(bytes: number): void {
    if (this.headBytes + bytes > this.headerBytesMax) {
      throw badAnswer(`more than ${this.headerBytesMax} bytes of headers`);
    }
  }

  private keepForLater(piece: Buffer, start: number): void {
    if (this.collector !== undefined && start === 0) return;
    const collector = new ByteCollector();
    collector.append(piece, start, piece.length);
    this.collector = collector;
  }

  private startBody(head: ResponseHead, piece: Buffer, start: number): ReceivedAnswer | undefined {
    this.head = head;
    if (head.status === 204 || head.status === 304) {
      return this.answer(head, piece, start, start, start === piece.length);
    }
    const { contentLength } = head;
    if (head.isChunked) {
      this.chunked = new ChunkedDecoder(this.bodyBytesMax, this.headerBytesMax);
    } else if (contentLength !== undefined) {
      if (contentLength > this.bodyBytesMax) throw answerTooLarge(this.bodyBytesMax);
      const end = start + contentLength;
      if (end <= piece.length) return this.answer(head, piece, start, end, end === piece.length);
    }
    return this.readBody(head, piece, start);
  }

  private readBody(head: ResponseHead, piece: Buffer, start: number): ReceivedAnswer | undefined {
    if (this.chunked !== undefined) return this.readChunked(head, this.chunked, piece, start);
    this.collector ??= new ByteCollector();
    const { contentLength } = head;
    if (contentLength === undefined) {
      if (this.collector.length + piece.length - start > this.bodyBytesMax) {
        throw answerTooLarge(this.bodyBytesMax);
      }
      this.collector.append(piece, start, piece.length);
      return undefined;
    }
    const end = Math.min(piece.length, start + contentLength - this.collector.length);
    this.collector.append(piece, start, end, contentLength);
    if (this.collector.length < contentLength) return undefined;
    return this.complete(head, end === piece.length);
  }

  private readChunked(
    head: ResponseHead,
    chunked: ChunkedDecoder,
    piece: Buffer,
    start: number,
  ): ReceivedAnswer | undefined {
    const end = chunked.push(piece, start);
    if (!chunked.isDone) return undefined;
    this.collector = chunked.collector;
    return this.complete(head, end === piece.length);
  }

  private complete(head: ResponseHead, isClean: boolean): ReceivedAnswer {
    const bytes = this.collector?.take() ?? EMPTY;
    return this.answer(head, bytes, 0, bytes.length, isClean);
  }

  private answer(
    head: ResponseHead,
    bytes: Buffer,
    start: number,
    end: number,
    isClean: boolean,
  ): ReceivedAnswer {
    return {
      head,
      response: new BufferedResponse(head.status, head.headerLines, bytes, start, end),
      isReusable: isClean && head.isKeptAlive,
    };
  }
}

const HEAD_END = Buffer.from("\r\n\r\n");
const EMPTY = Buffer.alloc(0);
