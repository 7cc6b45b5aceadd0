import { promisify } from "node:util";
import { brotliCompress, constants, deflate, gzip, zstdCompress } from "node:zlib";

export type Encoding = "gzip" | "br" | "deflate" | "zstd";

/** Below this a compressed answer is hardly smaller than the headers that announce it. */
const bytesMin = 32;

/** The first encoding that the client names and the router knows, as Apollo Router chooses. */
export function chooseEncoding(acceptEncoding: string | null): Encoding | undefined {
  if (acceptEncoding === null) return undefined;
  for (const part of acceptEncoding.split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) continue;
    if (name === "gzip" || name === "br" || name === "deflate" || name === "zstd") return name;
  }
  return undefined;
}

type Text = string | Uint8Array<ArrayBuffer>;

/** Off the event loop: a large answer must not hold up the others. */
export async function compress(text: Text, encoding: Encoding): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return text.length < bytesMin ? undefined : await compressors[encoding](text);
}

const fast = 4;
const gzipFast = promisify<Text, { level: number }, Buffer<ArrayBuffer>>(gzip);
const deflateFast = promisify<Text, { level: number }, Buffer<ArrayBuffer>>(deflate);
const brotliFast = promisify<Text, { params: Record<number, number> }, Buffer<ArrayBuffer>>(brotliCompress);
const zstdFast = promisify<Text, Buffer<ArrayBuffer>>(zstdCompress);

const compressors: Record<Encoding, (text: Text) => Promise<Uint8Array<ArrayBuffer>>> = {
  gzip: (text) => gzipFast(text, { level: fast }),
  deflate: (text) => deflateFast(text, { level: fast }),
  zstd: (text) => zstdFast(text),
  br: (text) => brotliFast(text, { params: { [constants.BROTLI_PARAM_QUALITY]: fast } }),
};
