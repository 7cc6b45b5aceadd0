/** Writes the few forms of MessagePack that Datadog's agent reads: https://github.com/msgpack/msgpack/blob/master/spec.md */
export class MessagePackWriter {
  private bytes = new Uint8Array(4_096);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  array(items: number): void {
    this.tagged(0xdd, 4, (at) => this.view.setUint32(at, items));
  }

  map(entries: number): void {
    this.tagged(0xdf, 4, (at) => this.view.setUint32(at, entries));
  }

  text(text: string): void {
    const encoded = encoder.encode(text);
    this.tagged(0xdb, 4 + encoded.length, (at) => {
      this.view.setUint32(at, encoded.length);
      this.bytes.set(encoded, at + 4);
    });
  }

  unsigned32(value: number): void {
    this.tagged(0xce, 4, (at) => this.view.setUint32(at, value));
  }

  signed32(value: number): void {
    this.tagged(0xd2, 4, (at) => this.view.setInt32(at, value));
  }

  unsigned64(value: bigint): void {
    this.tagged(0xcf, 8, (at) => this.view.setBigUint64(at, value));
  }

  signed64(value: bigint): void {
    this.tagged(0xd3, 8, (at) => this.view.setBigInt64(at, value));
  }

  float64(value: number): void {
    this.tagged(0xcb, 8, (at) => this.view.setFloat64(at, value));
  }

  append(written: Uint8Array): void {
    this.reserve(written.length);
    this.bytes.set(written, this.length);
    this.length += written.length;
  }

  private tagged(tag: number, length: number, write: (at: number) => void): void {
    this.reserve(length + 1);
    this.bytes[this.length] = tag;
    write(this.length + 1);
    this.length += length + 1;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

const encoder = new TextEncoder();
