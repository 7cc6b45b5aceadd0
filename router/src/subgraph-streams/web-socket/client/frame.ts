import { randomFillSync } from "node:crypto";

/** https://www.rfc-editor.org/rfc/rfc6455#section-11.8 */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Frames of a control opcode are short, and never in parts. */
export const controlBytesMax = 125;

/** What a peer that breaks the protocol is told. */
export class ProtocolError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** A whole message in one frame, masked as a client's must be. */
export function writeFrame(opcode: number, payload: string | Buffer): Buffer {
  const bytes = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
  const lengthBytes = bytes < 126 ? 0 : bytes < 65_536 ? 2 : 8;
  const maskAt = 2 + lengthBytes;
  const frame = Buffer.allocUnsafe(maskAt + 4 + bytes);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (lengthBytes === 0 ? bytes : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) frame.writeUInt16BE(bytes, 2);
  else if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(bytes), 2);
  randomFillSync(frame, maskAt, 4);
  if (typeof payload === "string") frame.write(payload, maskAt + 4);
  else payload.copy(frame, maskAt + 4);
  for (let at = 0; at < bytes; at++) frame[maskAt + 4 + at]! ^= frame[maskAt + (at & 3)]!;
  return frame;
}

export function writeClose(code: number): Buffer {
  const payload = Buffer.allocUnsafe(2);
  payload.writeUInt16BE(code);
  return writeFrame(opcodes.close, payload);
}
