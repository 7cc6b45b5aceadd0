import { decodeBody, toBuffer } from "./decode-body.ts";
import { answerTooLarge, ByteCollector } from "./http1/byte-collector.ts";
import type { SubgraphResponse } from "./transport.ts";

/** Reads a web `Response` to its end, but no further than the cap. The stream stops when the cap is reached. */
export async function readResponse(response: Response, bodyBytesMax: number): Promise<SubgraphResponse> {
  const body = await readBody(response, bodyBytesMax);
  const contentEncoding = response.headers.get("content-encoding");
  const decoded = contentEncoding === null ? body : await decodeBody(body, contentEncoding, bodyBytesMax);
  return new ReadResponse(response.status, response.headers, decoded);
}

async function readBody(response: Response, bodyBytesMax: number): Promise<Buffer> {
  const collector = new ByteCollector();
  if (response.body === null) return collector.take();
  const expectedBytes = Number(response.headers.get("content-length") ?? 0);
  if (expectedBytes > bodyBytesMax) {
    await response.body.cancel();
    throw answerTooLarge(bodyBytesMax);
  }
  // Leaving the loop early cancels the stream.
  for await (const piece of response.body) {
    if (collector.length + piece.length > bodyBytesMax) throw answerTooLarge(bodyBytesMax);
    collector.append(toBuffer(piece), 0, piece.length, expectedBytes);
  }
  return collector.take();
}

class ReadResponse implements SubgraphResponse {
  #text: string | undefined;

  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly body: Buffer,
  ) {}

  header(name: string): string | undefined {
    return this.headers.get(name) ?? undefined;
  }

  text(): string {
    this.#text ??= this.body.toString("utf8");
    return this.#text;
  }
}
