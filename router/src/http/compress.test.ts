import { expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { chooseEncoding, compress } from "./compress.ts";

test.each([
  [null, undefined],
  ["", undefined],
  ["identity", undefined],
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["br, gzip", "br"],
  ["compress, deflate;q=0.5, gzip", "deflate"],
  ["gzip;q=0, br", "br"],
  ["gzip;q=0.000, br;q=0", undefined],
  ["gzip ; q=0.1", "gzip"],
])("%p is answered with %p", (header, expected) => {
  expect(chooseEncoding(header)).toBe(expected as ReturnType<typeof chooseEncoding>);
});

test.each([
  ["gzip", gunzipSync],
  ["br", brotliDecompressSync],
  ["deflate", inflateSync],
] as const)("%s gives the text back", async (encoding, unpack) => {
  const text = '{"data":{"name":"Zoë"}}'.repeat(100);
  const packed = await compress(text, encoding);
  expect(packed!.length).toBeLessThan(text.length / 5);
  expect(unpack(packed!).toString()).toBe(text);
});

test("what is short stays as it is", async () => {
  expect(await compress('{"data":null}', "gzip")).toBeUndefined();
});
