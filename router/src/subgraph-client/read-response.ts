import { decodeBody, toBuffer } from "./decode-body.ts";
import { answerTooLarge, ByteCollector } from "./http1/byte-collector.ts";
import type { SubgraphResponse } from "./transport.ts";

export interface ReadLimits {
  bodyBytesMax: number;
  signal: AbortSignal;
  /** The body came over HTTP, so it is as long as its `content-length` says. Then it need not be streamed. */
  isLengthTrusted: boolean;
}

/**
 * Reads a web `Response` to its end, but no further than the cap. The stream stops when the cap is reached or the
 * signal aborts.
 */
export async function readResponse(response: Response, limits: ReadLimits): Promise<SubgraphResponse> {
  const body = await readBody(response, limits);
  const contentEncoding = response.headers.get("content-encoding");
  const decoded =
    contentEncoding === null ? body : await decodeBody(body, contentEncoding, limits.bodyBytesMax);
  return new ReadResponse(response.status, response.headers, decoded);
}

async function readBody(response: Response, limits: ReadLimits): Promise<Buffer> {
  const contentLength = response.headers.get("content-length");
  const expectedBytes = Number(contentLength ?? 0);
  if (limits.isLengthTrusted && contentLength !== null && expectedBytes <= limits.bodyBytesMax) {
    return toBuffer(await response.bytes());
  }
  // Only here: asking for the body makes a stream of it, which costs several microseconds.
  const { body } = response;
  return body === null ? Buffer.alloc(0) : streamBody(body, expectedBytes, limits);
}

async function streamBody(
  body: ReadableStream<Uint8Array>,
  expectedBytes: number,
  { bodyBytesMax, signal }: ReadLimits,
): Promise<Buffer> {
  const collector = new ByteCollector();
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    if (expectedBytes > bodyBytesMax) throw answerTooLarge(bodyBytesMax);
    while (true) {
      const { done, value } = await reader.read();
      if (done) return collector.take();
      if (collector.length + value.length > bodyBytesMax) throw answerTooLarge(bodyBytesMax);
      collector.append(toBuffer(value), 0, value.length, expectedBytes);
    }
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

export class ReadResponse implements SubgraphResponse {
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
