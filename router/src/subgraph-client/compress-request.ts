import { promisify } from "node:util";
import * as zlib from "node:zlib";

export type RequestCompression = "gzip" | "deflate" | "br" | "identity";

/** For speed rather than size, at Apollo's levels. `identity` is said, not done. */
export const REQUEST_COMPRESSORS: Record<
  RequestCompression,
  ((body: string | Uint8Array) => Promise<Uint8Array>) | undefined
> = {
  gzip: (body) => gzip(body, { level: FASTEST_LEVEL }),
  deflate: (body) => deflate(body, { level: FASTEST_LEVEL }),
  br: (body) => brotli(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  identity: undefined,
};

const gzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip);
const deflate = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.deflate);
const brotli = promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);

const FASTEST_LEVEL = 1;
const BROTLI_QUALITY = 4;
