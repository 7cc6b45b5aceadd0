/**
 * Buffers to write large answers into. One that has been sent is written into again while it is still in the
 * processor's cache, where fresh memory would cost as much as the writing.
 */
export class BodyBuffers {
  private readonly spare: Buffer<ArrayBuffer>[] = [];
  private spareBytes = 0;
  private readonly lent = new WeakSet<ArrayBuffer>();

  take(): Buffer<ArrayBuffer> {
    const buffer = this.spare.pop();
    if (!buffer) return Buffer.allocUnsafeSlow(bytesFirst);
    this.spareBytes -= buffer.byteLength;
    return buffer;
  }

  /** From here on the bytes belong to one answer, until it is sent. */
  lend(buffer: Buffer<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
    this.lent.add(buffer.buffer);
    return buffer.subarray(0, length);
  }

  /** Nobody may look at the body any more. One that was never lent is none of ours, and stays as it is. */
  giveBack(body: Uint8Array<ArrayBuffer>): void {
    const { buffer } = body;
    if (!this.lent.delete(buffer) || this.spareBytes + buffer.byteLength > spareBytesMax) return;
    this.spare.push(Buffer.from(buffer));
    this.spareBytes += buffer.byteLength;
  }
}

/** Of the process: an answer's way ends where no pipeline is known. */
export const bodyBuffers = new BodyBuffers();

const bytesFirst = 131_072;
const spareBytesMax = 16_777_216;
