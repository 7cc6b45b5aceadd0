import { FormError, FormParts } from "./form-parts.ts";
import { parseMediaTypes } from "./media-types.ts";

/** Begins to read the form that a request brings. */
export function openForm(request: Request, streamBytesMax: number): FormParts {
  const [type] = parseMediaTypes(request.headers.get("content-type") ?? "");
  const boundary = type?.parameters.get("boundary");
  if (boundary === undefined || boundary === "") {
    throw new FormError("NO_BOUNDARY", "multipart boundary not found in Content-Type");
  }
  if (boundary.length > boundaryCharactersMax) {
    throw new FormError("NO_BOUNDARY", "the multipart boundary is too long");
  }
  return new FormParts(decoded(request), boundary, { streamBytesMax });
}

/** https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 */
const boundaryCharactersMax = 70;

function decoded({ body, headers }: Request): ReadableStream<Uint8Array<ArrayBuffer>> {
  const stream = body ?? new Blob([]).stream();
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity") return stream;
  const format = formats.get(encoding);
  if (!format) throw new FormError("UNKNOWN_ENCODING", `unsupported content-encoding: ${encoding}`);
  return stream.pipeThrough(new DecompressionStream(format));
}

const formats: ReadonlyMap<string, Bun.CompressionFormat> = new Map([
  ["gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "brotli"],
]);
