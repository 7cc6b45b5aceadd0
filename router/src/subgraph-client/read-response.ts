import { decodeBody, toBuffer } from "./decode-body.ts";
import { answerTooLarge, ByteCollector } from "./http1/byte-collector.ts";
import type { SubgraphResponse } from "./transport.ts";

/**
 * Reads a web `Response` to its end, but no further than the cap. The stream stops when the cap is reached or the
 * signal aborts.
 */
export async function readResponse(
  response: Response,
  bodyBytesMax: number,
  signal: AbortSignal,
): Promise<SubgraphResponse> {
  const body = await readBody(response, bodyBytesMax, signal);
  const contentEncoding = response.headers.get("content-encoding");
  const decoded = contentEncoding === null ? body : await decodeBody(body, contentEncoding, bodyBytesMax);
  return new ReadResponse(response.status, response.headers, decoded);
}

async function readBody(response: Response, bodyBytesMax: number, signal: AbortSignal): Promise<Buffer> {
  const collector = new ByteCollector();
  if (response.body === null) return collector.take();
  const reader = response.body.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  const expectedBytes = Number(response.headers.get("content-length") ?? 0);
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
