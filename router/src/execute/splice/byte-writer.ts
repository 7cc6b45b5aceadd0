import { bodyBuffers } from "../../http/body-buffers.ts";
import { streamedBytesMin } from "../../http/body-stream.ts";

/**
 * Puts an answer together from pieces of others. Written functions put short pieces into its bytes themselves: nothing
 * else is as cheap. How much is written is theirs to know.
 */
export class ByteWriter {
  private bytes = bodyBuffers.take();

  /** What is written into, with room for as many bytes more after the first `length`. */
  room(length: number, count: number): Buffer {
    if (length + count > this.bytes.length) this.grow(length, count);
    return this.bytes;
  }

  /** @returns how much is written then */
  copy(length: number, from: Buffer, start: number, end: number): number {
    const count = end - start;
    from.copy(this.room(length, count), length, start, end);
    return length + count;
  }

  /** Grows once, where it is known about how much will come. Fresh memory is what large answers cost most. */
  expect(count: number): void {
    if (count > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(count);
  }

  /** For a few ASCII characters. @returns how much is written then */
  text(length: number, text: string): number {
    const bytes = this.room(length, text.length);
    for (let index = 0; index < text.length; index++) bytes[length + index] = text.charCodeAt(index);
    return length + text.length;
  }

  /** What was written, for one answer to be sent. The writer begins anew. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const { bytes } = this;
    if (length < streamedBytesMin) return new Uint8Array(bytes.subarray(0, length));
    this.bytes = bodyBuffers.take();
    return bodyBuffers.lend(bytes, length);
  }

  private grow(length: number, wanted: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, length + wanted));
    this.bytes.copy(grown, 0, 0, length);
    this.bytes = grown;
  }
}
