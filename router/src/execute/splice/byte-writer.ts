import { bodyBuffers } from "../../http/body-buffers.ts";
import { streamedBytesMin } from "../../http/body-stream.ts";

/**
 * Puts an answer together from pieces of others. Written functions put short pieces into `bytes` themselves, from
 * where `reserve` says on: nothing else is as cheap.
 */
export class ByteWriter {
  bytes = bodyBuffers.take();
  /** How much is written. */
  length = 0;

  /** Makes room for as many bytes more. @returns where they go */
  reserve(count: number): number {
    if (this.length + count > this.bytes.length) this.grow(count);
    return this.length;
  }

  copy(from: Buffer, start: number, end: number): void {
    const at = this.reserve(end - start);
    from.copy(this.bytes, at, start, end);
    this.length = at + end - start;
  }

  /** Grows once, where it is known about how much will come. Fresh memory is what large answers cost most. */
  expect(count: number): void {
    if (count > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(count);
  }

  /** For a few ASCII characters. */
  text(text: string): void {
    let at = this.reserve(text.length);
    for (let index = 0; index < text.length; index++) this.bytes[at++] = text.charCodeAt(index);
    this.length = at;
  }

  /** What was written, for one answer to be sent. The writer begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const { bytes, length } = this;
    this.length = 0;
    if (length < streamedBytesMin) return new Uint8Array(bytes.subarray(0, length));
    this.bytes = bodyBuffers.take();
    return bodyBuffers.lend(bytes, length);
  }

  drop(): void {
    this.length = 0;
  }

  private grow(wanted: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + wanted));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
