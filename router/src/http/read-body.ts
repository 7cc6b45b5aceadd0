import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

export type ReadBody =
  | { kind: "body"; text: string }
  | { kind: "tooLarge" }
  | { kind: "unknownEncoding" }
  | { kind: "unreadable"; message: string };

/** Reads a request's body, at most `bytesMax` of it, before and after decompression. */
export async function readBody(request: Request, bytesMax: number): Promise<ReadBody> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > bytesMax) return { kind: "tooLarge" };
  const encoding = request.headers.get("content-encoding");
  if (length !== null && encoding === null) return { kind: "body", text: await request.text() };
  const bytes = await readBytes(request, bytesMax);
  if (bytes === undefined) return { kind: "tooLarge" };
  return encoding === null || encoding === "identity"
    ? { kind: "body", text: decoder.decode(bytes) }
    : decompress(bytes, encoding, bytesMax);
}

const decoder = new TextDecoder();

async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array | undefined> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.body) {
    total += chunk.byteLength;
    if (total > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

const decompressors = {
  gzip: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip),
  br: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(brotliDecompress),
  deflate: promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate),
};

async function decompress(bytes: Uint8Array, encoding: string, bytesMax: number): Promise<ReadBody> {
  const method = encoding.trim().toLowerCase();
  if (!Object.hasOwn(decompressors, method)) return { kind: "unknownEncoding" };
  try {
    // The cast holds: the line above has looked it up.
    const text = await decompressors[method as keyof typeof decompressors](bytes, {
      maxOutputLength: bytesMax,
    });
    return { kind: "body", text: decoder.decode(text) };
  } catch (error) {
    const tooLarge =
      error instanceof RangeError || (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    if (tooLarge) return { kind: "tooLarge" };
    return { kind: "unreadable", message: `the body is not valid ${method}` };
  }
}
