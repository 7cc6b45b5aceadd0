import { describe, expect, test } from "bun:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { readBody } from "./read-body.ts";

const bytesMax = 1_000;

function post(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  headers: Record<string, string> = {},
): Request {
  return new Request("http://localhost/", { method: "POST", body, headers });
}

function streamOf(...chunks: string[]): ReadableStream {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

const packers = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

describe("a body", () => {
  test("of known length is read", async () => {
    expect(await readBody(post("é", { "content-length": "2" }), bytesMax)).toEqual({
      kind: "body",
      text: "é",
    });
  });

  test("of unknown length is read, characters cut by chunks included", async () => {
    const bytes = new TextEncoder().encode("aé");
    const halves = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, 2));
        controller.enqueue(bytes.slice(2));
        controller.close();
      },
    });
    expect(await readBody(post(halves), bytesMax)).toEqual({ kind: "body", text: "aé" });
  });

  test("may be as long as the limit, and no longer", async () => {
    const fits = "a".repeat(bytesMax);
    expect(await readBody(post(streamOf(fits)), bytesMax)).toEqual({ kind: "body", text: fits });
    expect(await readBody(post(streamOf(fits, "a")), bytesMax)).toEqual({ kind: "tooLarge" });
    const announced = { "content-length": String(bytesMax + 1) };
    expect(await readBody(post(`${fits}a`, announced), bytesMax)).toEqual({ kind: "tooLarge" });
  });

  test("without end is left at the limit", async () => {
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(100));
      },
    });
    expect(await readBody(post(endless), bytesMax)).toEqual({ kind: "tooLarge" });
    expect(pulled).toBeLessThan(20);
  });
});

describe.each(Object.entries(packers))("a body packed with %s", (encoding, pack) => {
  const packed = (text: string) =>
    post(new Uint8Array(pack(text)) as Uint8Array<ArrayBuffer>, { "content-encoding": encoding });

  test("is unpacked", async () => {
    expect(await readBody(packed("{}"), bytesMax)).toEqual({ kind: "body", text: "{}" });
  });

  test("is refused where it is too large once unpacked", async () => {
    expect(await readBody(packed("a".repeat(bytesMax)), bytesMax)).toMatchObject({ kind: "body" });
    expect(await readBody(packed("a".repeat(100 * bytesMax)), bytesMax)).toEqual({ kind: "tooLarge" });
  });

  test("is refused where it is cut off or something else", async () => {
    const whole = new Uint8Array(pack("a".repeat(500))) as Uint8Array<ArrayBuffer>;
    for (const bytes of [whole.slice(0, -5), new TextEncoder().encode("{}") as Uint8Array<ArrayBuffer>]) {
      const answer = await readBody(post(bytes, { "content-encoding": encoding }), bytesMax);
      expect(answer).toEqual({ kind: "unreadable", message: `the body is not valid ${encoding}` });
    }
  });
});

test.each(["zstd", "gzip, gzip", "constructor", "__proto__", "tostring"])(
  "%s is no known packing",
  async (encoding) => {
    const answer = await readBody(post("{}", { "content-encoding": encoding }), bytesMax);
    expect(answer).toEqual({ kind: "unknownEncoding" });
  },
);
