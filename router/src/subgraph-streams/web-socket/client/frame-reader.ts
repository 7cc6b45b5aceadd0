import { ByteCollector } from "../../../subgraph-client/http1/byte-collector.ts";
import { controlBytesMax, opcodes, ProtocolError } from "./frame.ts";

/** What a server says. */
export interface MessageTaker {
  /** Binary messages are taken for text, too. */
  message(text: string): void;
  ping(payload: Buffer): void;
  closing(code: number, reason: string): void;
}

interface Frame {
  isLast: boolean;
  opcode: number;
  /** Where its payload is. */
  start: number;
  end: number;
}

/** Reads a server's frames from pieces cut anywhere. Nothing is kept of what has been read. */
export class FrameReader {
  /** The beginning of a frame whose end has not come. */
  private rest: ByteCollector | undefined;
  private bytesNeeded = 0;
  /** The parts so far of a message that comes in several. */
  private message: ByteCollector | undefined;

  constructor(
    private readonly messageBytesMax: number,
    private readonly taker: MessageTaker,
  ) {}

  /** @throws ProtocolError where the server breaks the protocol; the reader is of no use afterwards */
  push(piece: Buffer): void {
    let bytes = piece;
    if (this.rest) {
      this.rest.append(piece, 0, piece.length, this.bytesNeeded);
      if (this.rest.length < this.bytesNeeded) return;
      bytes = this.rest.take();
      this.rest = undefined;
    }
    let at = 0;
    while (at < bytes.length) {
      const frame = this.readHead(bytes, at);
      if (!frame) {
        this.rest = new ByteCollector();
        this.rest.append(bytes, at, bytes.length, this.bytesNeeded);
        return;
      }
      this.readPayload(frame, bytes.subarray(frame.start, frame.end));
      at = frame.end;
    }
  }

  /** Undefined where not all of it is there; then it is known how much must be. */
  private readHead(bytes: Buffer, at: number): Frame | undefined {
    const left = bytes.length - at;
    this.bytesNeeded = 2;
    if (left < 2) return undefined;
    const [first, second] = [bytes[at]!, bytes[at + 1]!];
    if ((first & 0x70) !== 0) throw new ProtocolError(1002, "an extension that was not agreed on");
    if ((second & 0x80) !== 0) throw new ProtocolError(1002, "a frame that is masked");
    const lengthBytes = second < 126 ? 0 : second === 126 ? 2 : 8;
    this.bytesNeeded = 2 + lengthBytes;
    if (left < this.bytesNeeded) return undefined;
    const length =
      lengthBytes === 0
        ? second
        : lengthBytes === 2
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    this.checkLength(length);
    this.bytesNeeded += length;
    if (left < this.bytesNeeded) return undefined;
    const end = at + this.bytesNeeded;
    return { isLast: (first & 0x80) !== 0, opcode: first & 0x0f, start: end - length, end };
  }

  private checkLength(length: number): void {
    if (length + (this.message?.length ?? 0) <= this.messageBytesMax) return;
    throw new ProtocolError(1009, `a message of more than ${this.messageBytesMax} bytes`);
  }

  private readPayload({ opcode, isLast }: Frame, payload: Buffer): void {
    switch (opcode) {
      case opcodes.text:
      case opcodes.binary:
        if (this.message) throw new ProtocolError(1002, "a message in the middle of another");
        if (isLast) this.taker.message(decode(payload));
        else this.keep(payload);
        return;
      case opcodes.continuation:
        if (!this.message) throw new ProtocolError(1002, "the next part of no message");
        this.keep(payload);
        if (isLast) this.finishMessage(this.message);
        return;
    }
    if (!isLast || payload.length > controlBytesMax)
      throw new ProtocolError(1002, "a malformed control frame");
    switch (opcode) {
      case opcodes.close:
        this.readClose(payload);
        return;
      case opcodes.ping:
        this.taker.ping(payload);
        return;
      case opcodes.pong:
        return;
      default:
        throw new ProtocolError(1002, `an unknown opcode ${opcode}`);
    }
  }

  private keep(payload: Buffer): void {
    this.message ??= new ByteCollector();
    this.message.append(payload, 0, payload.length);
  }

  private finishMessage(message: ByteCollector): void {
    this.message = undefined;
    this.taker.message(decode(message.take()));
  }

  private readClose(payload: Buffer): void {
    if (payload.length === 0) {
      this.taker.closing(noCode, "");
      return;
    }
    const code = payload.length === 1 ? 0 : payload.readUInt16BE(0);
    const isKnown = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    if (!isKnown && (code < 3000 || code > 4999)) throw new ProtocolError(1002, "a malformed close frame");
    this.taker.closing(code, decode(payload.subarray(2)));
  }
}

/** As the standard has it where a peer gives none. */
const noCode = 1005;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ProtocolError(1007, "a text that is not UTF-8");
  }
}
