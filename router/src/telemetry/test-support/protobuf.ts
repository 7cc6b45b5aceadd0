/** A message on the wire: the values of each field, by number. Nested messages stay bytes. */
export type Message = Map<number, (bigint | Uint8Array)[]>;

/** Reads one level of a protobuf message, for tests: https://protobuf.dev/programming-guides/encoding/ */
export function readMessage(bytes: Uint8Array): Message {
  const message: Message = new Map();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    const values = message.get(tag >> 3) ?? [];
    message.set(tag >> 3, values);
    switch (tag & 7) {
      case 0:
        values.push(readVarint());
        break;
      case 1:
        values.push(view.getBigUint64(at, true));
        at += 8;
        break;
      case 2: {
        const length = Number(readVarint());
        values.push(bytes.subarray(at, at + length));
        at += length;
        break;
      }
      case 5:
        values.push(BigInt(view.getUint32(at, true)));
        at += 4;
        break;
      default:
        throw new Error(`unknown wire type ${tag & 7}`);
    }
  }
  return message;
}

export function messagesAt(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((value) => readMessage(value as Uint8Array));
}

export function textAt(message: Message, field: number): string {
  return new TextDecoder().decode((message.get(field)?.[0] as Uint8Array | undefined) ?? new Uint8Array());
}

export function hexAt(message: Message, field: number): string {
  return Buffer.from((message.get(field)?.[0] as Uint8Array | undefined) ?? new Uint8Array()).toString("hex");
}

export function numberAt(message: Message, field: number): number {
  return Number((message.get(field)?.[0] as bigint | undefined) ?? 0n);
}

export function doubleAt(message: Message, field: number): number | undefined {
  const bits = message.get(field)?.[0] as bigint | undefined;
  if (bits === undefined) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}
