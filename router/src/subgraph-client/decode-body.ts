import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { TransportError } from "./transport.ts";

export const ACCEPTED_ENCODINGS = "gzip, br, deflate";

/**
 * Undoes a content encoding; several are undone from the last to the first. Never holds more than
 * `bodyBytesMax` decoded bytes, whatever a small body may blow up to.
 */
export async function decodeBody(
  body: Uint8Array,
  contentEncoding: string,
  bodyBytesMax: number,
): Promise<Buffer> {
  const encodings = contentEncoding.toLowerCase().split(",", ENCODINGS_MAX + 1);
  if (encodings.length > ENCODINGS_MAX) throw new TransportError("BAD_ANSWER", "too many content-encodings");
  let decoded = toBuffer(body);
  for (const encoding of encodings.reverse()) {
    decoded = await decodeOnce(decoded, encoding.trim(), bodyBytesMax);
  }
  return decoded;
}

async function decodeOnce(body: Buffer, encoding: string, bodyBytesMax: number): Promise<Buffer> {
  if (encoding === "identity" || encoding === "" || body.length === 0) return body;
  const decode = DECODERS[encoding];
  if (decode === undefined) {
    throw new TransportError("BAD_ANSWER", "the subgraph's answer has an unknown content-encoding");
  }
  try {
    return await decode(body, { maxOutputLength: Math.max(1, bodyBytesMax) });
  } catch (cause) {
    if (isTooLarge(cause)) {
      const message = `the subgraph's answer is larger than ${bodyBytesMax} bytes when decoded`;
      throw new TransportError("ANSWER_TOO_LARGE", message, { cause });
    }
    throw new TransportError("BAD_ANSWER", `the subgraph's answer is not valid ${encoding}`, { cause });
  }
}

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzip: Decoder = promisify(zlib.gunzip);
const inflate: Decoder = promisify(zlib.inflate);
const inflateRaw: Decoder = promisify(zlib.inflateRaw);

/** In the thread pool: a large answer must not hold up the others. */
const DECODERS: Record<string, Decoder> = {
  gzip: gunzip,
  "x-gzip": gunzip,
  br: promisify(zlib.brotliDecompress),
  zstd: promisify(zlib.zstdDecompress),
  // "deflate" means zlib's format (RFC 9110 §8.4.1.2), but some servers send the bare stream.
  deflate: (body, options) => (hasZlibHeader(body) ? inflate(body, options) : inflateRaw(body, options)),
};

function hasZlibHeader(body: Buffer): boolean {
  return (body[0]! & 0x0f) === 8 && ((body[0]! << 8) + (body[1] ?? 0)) % 31 === 0;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

export function toBuffer(bytes: Uint8Array): Buffer {
  if (bytes instanceof Buffer) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const ENCODINGS_MAX = 3;
