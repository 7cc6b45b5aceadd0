import { TransportError } from "../transport.ts";

/** Gathers pieces into one growing buffer, so that many tiny pieces cost no more than their bytes. */
export class ByteCollector {
  private bytes = EMPTY;
  length = 0;

  /** @param expectedBytes how much will come in all, if known: then the buffer grows at most once */
  append(piece: Buffer, start: number, end: number, expectedBytes = 0): void {
    const length = this.length + end - start;
    if (length > this.bytes.length) this.grow(Math.max(length, expectedBytes));
    piece.copy(this.bytes, this.length, start, end);
    this.length = length;
  }

  /** What was gathered. Later changes to the collector do not touch it. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.clear();
    return taken;
  }

  /** What was gathered so far, as a view. */
  peek(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.bytes = EMPTY;
    this.length = 0;
  }

  private grow(bytesNeeded: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(bytesNeeded, this.bytes.length * 2, SMALLEST_BYTES));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

export function answerTooLarge(bytesMax: number): TransportError {
  return new TransportError("ANSWER_TOO_LARGE", `the subgraph's answer is larger than ${bytesMax} bytes`);
}

const EMPTY = Buffer.alloc(0);
const SMALLEST_BYTES = 1_024;
