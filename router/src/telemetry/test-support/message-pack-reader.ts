/** Reads what Datadog's agent would read of a payload; numbers of 64 bits as `bigint`. */
export function readMessagePack(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): number => {
    const start = at;
    at += length;
    return start;
  };
  const readText = (): string => {
    const length = view.getUint32(take(4));
    const start = take(length);
    return new TextDecoder().decode(bytes.subarray(start, start + length));
  };
  const read = (): unknown => {
    const tag = view.getUint8(take(1));
    switch (tag) {
      case 0xdd:
        return Array.from({ length: view.getUint32(take(4)) }, read);
      case 0xdf:
        return new Map(Array.from({ length: view.getUint32(take(4)) }, () => [read(), read()] as const));
      case 0xdb:
        return readText();
      case 0xce:
        return view.getUint32(take(4));
      case 0xd2:
        return view.getInt32(take(4));
      case 0xcf:
        return view.getBigUint64(take(8));
      case 0xd3:
        return view.getBigInt64(take(8));
      case 0xcb:
        return view.getFloat64(take(8));
      default:
        throw new Error(`the payload holds the tag ${tag} at ${at}`);
    }
  };
  const value = read();
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes follow the payload`);
  return value;
}
