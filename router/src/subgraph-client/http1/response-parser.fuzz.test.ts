import { describe, expect, test } from "bun:test";
import { TransportError } from "../transport.ts";
import { ResponseParser } from "./response-parser.ts";

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121);
const CASES = Number(process.env.FUZZ_CASES ?? 4_000);
const HEADER_BYTES_MAX = 2_000;
const BODY_BYTES_MAX = 5_000;

/** To repeat a failure: FUZZ_SEED=<the seed printed> bun test response-parser.fuzz */
describe(`the parser, fed from seed ${SEED}`, () => {
  test("reads every well-formed answer back, however it is cut", () => {
    forEachCase((random, seed) => {
      const answer = writeAnswer(random);
      const outcome = parse(cut(answer.bytes, random));
      expect({ seed, ...outcome }).toEqual({
        seed,
        kind: "answer",
        status: answer.status,
        tag: answer.tag,
        body: answer.body,
      });
    });
  });

  test("makes the same of damaged bytes, however they are cut", () => {
    const kinds = new Map<string, number>();
    forEachCase((random, seed) => {
      const bytes = damage(writeAnswer(random).bytes, random);
      const whole = parse([bytes]);
      expect({ seed, ...parse(cut(bytes, random)) }).toEqual({ seed, ...whole });
      kinds.set(whole.kind, (kinds.get(whole.kind) ?? 0) + 1);
    });
    // The damage must neither be harmless nor always fatal, or this test tests nothing.
    expect(kinds.get("answer")).toBeGreaterThan(CASES / 20);
    expect(kinds.get("BAD_ANSWER")).toBeGreaterThan(CASES / 20);
    expect(kinds.get("unfinished")).toBeGreaterThan(CASES / 100);
  });

  test("never takes noise for an answer", () => {
    forEachCase((random, seed) => {
      const bytes = Buffer.from(Array.from({ length: random(600) }, () => random(256)));
      const { kind } = parse(cut(bytes, random));
      expect({ seed, isError: kind === "BAD_ANSWER" || kind === "unfinished" }).toEqual({
        seed,
        isError: true,
      });
    });
  });
});

type Random = (below: number) => number;

interface Outcome {
  kind: string;
  status?: number;
  tag?: string | undefined;
  body?: string;
}

function parse(pieces: Buffer[]): Outcome {
  const parser = new ResponseParser(HEADER_BYTES_MAX, BODY_BYTES_MAX);
  try {
    for (const piece of pieces) {
      const answer = parser.push(piece);
      if (answer !== undefined) return describeAnswer(answer.response);
    }
    const last = parser.finish();
    return last === undefined ? { kind: "unfinished" } : describeAnswer(last.response);
  } catch (error) {
    if (error instanceof TransportError) return { kind: error.code };
    throw error;
  }
}

function describeAnswer(response: {
  status: number;
  header(name: string): string | undefined;
  text(): string;
}): Outcome {
  return { kind: "answer", status: response.status, tag: response.header("x-tag"), body: response.text() };
}

function writeAnswer(random: Random): { bytes: Buffer; status: number; tag: string; body: string } {
  const status = [200, 200, 400, 500, 204][random(5)]!;
  const body = status === 204 ? "" : "{é\r\n}€a0".repeat(random(60));
  const tag = "t".repeat(random(30));
  const interim = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".repeat(random(4) === 0 ? random(3) : 0);
  const framed = status === 204 ? { header: "", body: "" } : frame(body, random);
  const text = `${interim}HTTP/1.1 ${status} Any\r\nX-Tag: ${tag}\r\n${framed.header}\r\n${framed.body}`;
  return { bytes: Buffer.from(text), status, tag, body };
}

function frame(body: string, random: Random): { header: string; body: string } {
  const bytes = Buffer.from(body);
  const way = random(3);
  if (way === 0) return { header: `Content-Length:${bytes.length}\r\n`, body };
  if (way === 1) return { header: "connection: close\r\n", body };
  let chunked = "";
  const characters = [...body];
  while (characters.length > 0) {
    const chunk = characters.splice(0, 1 + random(40)).join("");
    const extension = random(5) === 0 ? ";name=value" : "";
    chunked += `${Buffer.byteLength(chunk).toString(16)}${extension}\r\n${chunk}\r\n`;
  }
  const trailer = random(5) === 0 ? "x-trailer: 1\r\n" : "";
  return { header: "transfer-encoding: Chunked\r\n", body: `${chunked}0\r\n${trailer}\r\n` };
}

function cut(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  const longest = 1 + random(random(2) === 0 ? 4 : 200);
  for (let start = 0; start < bytes.length; ) {
    const end = start + 1 + random(longest);
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

function damage(bytes: Buffer, random: Random): Buffer {
  let damaged = Buffer.from(bytes);
  for (let count = 1 + random(3); count > 0; count -= 1) {
    const at = random(Math.max(1, damaged.length));
    const way = random(4);
    if (way === 0) damaged[at] = random(256);
    else if (way === 1)
      damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + 1 + random(8))]);
    else if (way === 2) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(random(at + 1))]);
    else
      damaged = Buffer.concat([damaged.subarray(0, at), NASTY[random(NASTY.length)]!, damaged.subarray(at)]);
  }
  return damaged;
}

const NASTY = [
  "\r\n",
  "\n",
  "\0",
  "\r\n\r\n",
  "content-length: 9\r\n",
  " ",
  ":",
  "ffffffffff",
  "0\r\n\r\n",
  "-1",
].map((text) => Buffer.from(text));

function forEachCase(check: (random: Random, seed: number) => void): void {
  for (let index = 0; index < CASES; index += 1) check(createRandom(SEED + index), SEED + index);
}

/** mulberry32 */
function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
