import { expect, test } from "bun:test";
import { opcodes, ProtocolError, writeFrame } from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";

/** Everything that a reader told, in its order. */
function readPieces(pieces: readonly Buffer[], bytesMax = 1024 * 1024): unknown[] {
  const told: unknown[] = [];
  const reader = new FrameReader(bytesMax, {
    message: (text) => told.push(text),
    ping: (payload) => told.push({ ping: payload.toString() }),
    closing: (code, reason) => told.push({ code, reason }),
  });
  for (const piece of pieces) reader.push(piece);
  return told;
}

interface ServerFrame {
  opcode: number;
  payload: string | Buffer;
  isLast?: boolean;
}

/** As a server writes it: without a mask. */
function serverFrame({ opcode, payload, isLast = true }: ServerFrame): Buffer {
  const bytes = Buffer.from(payload);
  const head = Buffer.alloc(bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10);
  head[0] = (isLast ? 0x80 : 0) | opcode;
  if (head.length === 2) head[1] = bytes.length;
  if (head.length === 4) head.writeUInt16BE(bytes.length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(bytes.length), 2);
  if (head.length > 2) head[1] = head.length === 4 ? 126 : 127;
  return Buffer.concat([head, bytes]);
}

function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}

function cut(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  const largest = [1, 3, 50, 5_000][randomBelow(4)]!;
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + randomBelow(largest);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** A message in frames, with pings in between. */
function randomMessage(): { frames: Buffer[]; told: unknown[] } {
  const text = "aé𝄞".repeat(randomBelow([2, 50, 400, 30_000][randomBelow(4)]!));
  const bytes = Buffer.from(text);
  const frames: Buffer[] = [];
  const pings: unknown[] = [];
  let at = 0;
  let isLast = false;
  while (!isLast) {
    const end = Math.random() < 0.5 ? bytes.length : at + randomBelow(bytes.length - at + 1);
    isLast = end === bytes.length;
    const opcode = frames.length === 0 ? opcodes.text : opcodes.continuation;
    frames.push(serverFrame({ opcode, payload: bytes.subarray(at, end), isLast }));
    at = end;
    if (isLast || Math.random() < 0.7) continue;
    frames.push(serverFrame({ opcode: opcodes.ping, payload: "p" }));
    frames.push(serverFrame({ opcode: opcodes.pong, payload: "" }));
    pings.push({ ping: "p" });
  }
  return { frames, told: [...pings, text] };
}

test("500 random rows of messages are read whatever they are cut into", () => {
  for (let round = 0; round < 500; round++) {
    const messages = Array.from({ length: 1 + randomBelow(4) }, randomMessage);
    const bytes = Buffer.concat(messages.flatMap(({ frames }) => frames));
    expect(readPieces(cut(bytes))).toEqual(messages.flatMap(({ told }) => told));
  }
});

test("a close frame with and without a code", () => {
  const close = (payload: Buffer) => readPieces([serverFrame({ opcode: opcodes.close, payload })]);
  expect(close(Buffer.alloc(0))).toEqual([{ code: 1005, reason: "" }]);
  expect(close(Buffer.from([0x11, 0x94, 0x6e, 0x6f]))).toEqual([{ code: 4500, reason: "no" }]);
});

test("binary messages are taken for text", () => {
  expect(readPieces([serverFrame({ opcode: opcodes.binary, payload: "{}" })])).toEqual(["{}"]);
});

const whole = (opcode: number, payload: string | Buffer) => serverFrame({ opcode, payload });
const begun = serverFrame({ opcode: opcodes.text, payload: "a", isLast: false });

test.each([
  ["a frame that is masked", 1002, [writeFrame(opcodes.text, "a")]],
  ["an extension that was not agreed on", 1002, [Buffer.from([0xc1, 0x00])]],
  ["an unknown opcode", 1002, [whole(3, "")]],
  ["an unknown control opcode", 1002, [whole(11, "")]],
  ["a ping in parts", 1002, [serverFrame({ opcode: opcodes.ping, payload: "", isLast: false })]],
  ["a ping that is too long", 1002, [whole(opcodes.ping, "a".repeat(126))]],
  ["the next part of no message", 1002, [whole(opcodes.continuation, "a")]],
  ["a message in the middle of another", 1002, [begun, whole(opcodes.text, "b")]],
  ["half a close code", 1002, [whole(opcodes.close, "a")]],
  ["a close code that nobody may send", 1002, [whole(opcodes.close, Buffer.from([0x03, 0xed]))]],
  ["a text that is not UTF-8", 1007, [whole(opcodes.text, Buffer.from([0xff]))]],
  ["a reason that is not UTF-8", 1007, [whole(opcodes.close, Buffer.from([0x03, 0xe8, 0xff]))]],
  [
    "a message that is too large, by its head alone",
    1009,
    [whole(opcodes.text, "a".repeat(1_001)).subarray(0, 4)],
  ],
  ["a length beyond all numbers", 1009, [Buffer.from([0x81, 0x7f, ...Array(8).fill(0xff)])]],
  ["parts that are too large together", 1009, [begun, whole(opcodes.continuation, "a".repeat(1_000))]],
])("%s breaks the protocol", (_, code, pieces) => {
  let error: unknown;
  try {
    readPieces(pieces as Buffer[], 1_000);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ProtocolError);
  expect((error as ProtocolError).code).toBe(code as number);
});
