import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { AsyncLocalStorage } from "node:async_hooks";
import * as zlib from "node:zlib";
import type { RequestHandler } from "./in-process-transport.ts";
import {
  type SubgraphRequest,
  type SubgraphResponse,
  type Transport,
  TransportError,
  type TransportErrorCode,
} from "./transport.ts";

/** What a test of one implementation brings: how to make a transport reach the handler below. */
export interface TransportUnderTest {
  name: string;
  start(handler: RequestHandler): Promise<{ transport: Transport; url: URL; stop(): Promise<void> }>;
}

/** What every way to reach a subgraph must do, whatever lies between. */
export function describeTransportContract(underTest: TransportUnderTest): void {
  describe(`${underTest.name} keeps the transport contract`, () => {
    const seen = new SeenByHandler();
    let reached: Awaited<ReturnType<TransportUnderTest["start"]>>;
    let send: (changes?: RequestChanges) => Promise<SubgraphResponse>;

    beforeAll(async () => {
      reached = await underTest.start((request) => answer(request, seen));
      send = (changes = {}) => reached.transport.send(toRequest(reached.url, changes));
    });

    afterAll(async () => {
      reached.transport.close();
      await reached.stop();
    });

    test("posts JSON with the given headers", async () => {
      const response = await send({
        mode: "echo",
        headers: { "x-caller": "someone" },
        body: '{"query":"{a}"}',
      });
      expect(JSON.parse(response.text())).toMatchObject({
        method: "POST",
        contentType: "application/json",
        accept: "application/json, application/graphql-response+json",
        caller: "someone",
        body: '{"query":"{a}"}',
      });
    });

    test("posts another type than JSON where told, and JSON again after it", async () => {
      const contentType = "multipart/form-data; boundary=b";
      const seenTypes: unknown[] = [];
      for (const changes of [{ contentType }, {}]) {
        const response = await send({ mode: "echo", body: "--b--", ...changes });
        seenTypes.push((JSON.parse(response.text()) as { contentType: string }).contentType);
      }
      expect(seenTypes).toEqual([contentType, "application/json"]);
    });

    test("keeps text beyond ASCII whole, in both directions", async () => {
      const response = await send({ mode: "mirror", body: '{"name":"Zoë €𝄞"}' });
      expect(response.text()).toBe('{"name":"Zoë €𝄞"}');
      expect(response.body).toEqual(new Uint8Array(Buffer.from('{"name":"Zoë €𝄞"}')));
    });

    test("sends bytes as they are", async () => {
      const response = await send({ mode: "mirror", body: new Uint8Array([0, 255, 13, 10, 128]) });
      expect([...response.body]).toEqual([0, 255, 13, 10, 128]);
    });

    test("gives status and headers, an error status too", async () => {
      const response = await send({ mode: "teapot" });
      expect(response.status).toBe(418);
      expect(response.header("x-one")).toBe("1");
      expect(response.header("x-none")).toBeUndefined();
      expect(response.headers.get("cache-control")).toBe("max-age=5");
      expect(response.text()).toBe("short and stout");
    });

    test.each([204, 304])("takes a %i for an answer without a body", async (status) => {
      const response = await send({ mode: `status-${status}` });
      expect(response.status).toBe(status);
      expect(response.body.length).toBe(0);
    });

    test("follows no redirect", async () => {
      const response = await send({ mode: "redirect" });
      expect(response.status).toBe(302);
      expect(response.header("location")).toBe("/elsewhere");
    });

    test("moves 5 MB in both directions", async () => {
      const body = "0123456789".repeat(500_000);
      const response = await send({ mode: "mirror", body, answerBytesMax: 5_000_000 });
      expect(response.text() === body).toBe(true);
    });

    test("stops at the cap on an answer", async () => {
      const body = "x".repeat(1_001);
      expect((await send({ mode: "mirror", body, answerBytesMax: 1_001 })).body.length).toBe(1_001);
      expect(await failureOf(send({ mode: "mirror", body, answerBytesMax: 1_000 }))).toBe("ANSWER_TOO_LARGE");
    });

    test("stops reading an endless answer, and the work behind it", async () => {
      const before = seen.streamsCancelled;
      expect(await failureOf(send({ mode: "endless" }))).toBe("ANSWER_TOO_LARGE");
      await until(() => seen.streamsCancelled === before + 1);
    });

    test.each(["gzip", "deflate", "br", "zstd"])("undoes %s", async (mode) => {
      expect((await send({ mode })).text()).toBe(PLAIN);
    });

    test.each(["gzip", "br"])("caps what %s blows up to", async (mode) => {
      expect(await failureOf(send({ mode, answerBytesMax: PLAIN.length - 1 }))).toBe("ANSWER_TOO_LARGE");
    });

    test("refuses a content encoding that is broken or unknown", async () => {
      expect(await failureOf(send({ mode: "broken-gzip" }))).toBe("BAD_ANSWER");
      expect(await failureOf(send({ mode: "unknown-encoding" }))).toBe("BAD_ANSWER");
    });

    test("replaces malformed UTF-8", async () => {
      const response = await send({ mode: "mirror", body: new Uint8Array([0x22, 0xff, 0xc3, 0x22]) });
      expect(response.text()).toBe('"\ufffd\ufffd"');
    });

    test("gives up when the time is over, and stops the work", async () => {
      const startedMs = performance.now();
      expect(await failureOf(send({ mode: "never", timeoutMs: 80 }))).toBe("TIMED_OUT");
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(79);
      await until(() => seen.neverCancelled === 1);
    });

    test("gives up on a body slower than the time given", async () => {
      const before = seen.streamsCancelled;
      expect(await failureOf(send({ mode: "slow-body", timeoutMs: 80 }))).toBe("TIMED_OUT");
      await until(() => seen.streamsCancelled === before + 1);
    });

    test("stops the work when the caller aborts", async () => {
      const controller = new AbortController();
      const before = seen.neverCancelled;
      const failure = failureOf(send({ mode: "never", signal: controller.signal }));
      await until(() => seen.neverStarted > before);
      controller.abort();
      expect(await failure).toBe("ABORTED");
      await until(() => seen.neverCancelled === before + 1);
    });

    test("sends nothing when the caller has already aborted", async () => {
      const before = seen.requests;
      expect(await failureOf(send({ mode: "echo", signal: AbortSignal.abort() }))).toBe("ABORTED");
      expect(seen.requests).toBe(before);
    });

    test.each([
      ["a header", "x-bad", "a\r\nx-forged: 1"],
      ["a header's line feed", "x-bad", "a\nb"],
      ["a header's name", "x-bad\r\nx-forged", "1"],
    ])("refuses a line break in %s", async (_, name, value) => {
      const before = seen.requests;
      expect(await failureOf(send({ mode: "echo", headers: { [name]: value } }))).toBe("BAD_REQUEST");
      expect(seen.requests).toBe(before);
    });

    test("does not let a given header speak for the connection", async () => {
      const headers = { "content-length": "1", connection: "close", "transfer-encoding": "chunked" };
      const response = await send({ mode: "mirror", headers, body: "{}" });
      expect(response.text()).toBe("{}");
    });

    test("keeps 500 concurrent answers apart", async () => {
      const bodies = Array.from({ length: 500 }, (_, index) => `${index}`.repeat(1 + (index % 50)));
      const answers = await Promise.all(bodies.map((body) => send({ mode: "mirror", body })));
      expect(answers.map((response) => response.text())).toEqual(bodies);
    });

    test("lets no context of the caller reach the subgraph, nor the other way round", async () => {
      const answered = await CONTEXT.run("caller", async () => {
        const response = await send({ mode: "context" });
        return { seenByCaller: CONTEXT.getStore(), seenBySubgraph: response.text() };
      });
      expect(answered).toEqual({ seenByCaller: "caller", seenBySubgraph: "none" });
    });

    test("still answers after close, for requests that outlive their snapshot", async () => {
      const own = await underTest.start((request) => answer(request, seen));
      const busy = own.transport.send(toRequest(own.url, { mode: "slow" }));
      own.transport.close();
      expect((await busy).text()).toBe("slow");
      const late = await own.transport.send(toRequest(own.url, { mode: "mirror", body: "late" }));
      expect(late.text()).toBe("late");
      await own.stop();
    });
  });
}

interface RequestChanges extends Partial<SubgraphRequest> {
  /** What the handler shall do. */
  mode?: string;
}

export function toRequest(url: URL, changes: RequestChanges): SubgraphRequest {
  const { mode = "mirror", headers, ...rest } = changes;
  return {
    url,
    headers: { "x-mode": mode, ...headers },
    body: "{}",
    timeoutMs: 5_000,
    answerBytesMax: 1_000_000,
    idempotent: true,
    ...rest,
  };
}

export async function failureOf(answer: Promise<unknown>): Promise<TransportErrorCode> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof TransportError) return error.code;
    throw error;
  }
  throw new Error("the request was answered");
}

export async function until(condition: () => boolean): Promise<void> {
  const giveUpMs = performance.now() + 3_000;
  while (!condition()) {
    if (performance.now() > giveUpMs) throw new Error("the condition did not become true");
    await Bun.sleep(2);
  }
}

class SeenByHandler {
  requests = 0;
  neverStarted = 0;
  neverCancelled = 0;
  streamsCancelled = 0;
}

const CONTEXT = new AsyncLocalStorage<string>();
const PLAIN = JSON.stringify({ data: "plain ".repeat(5_000) });

async function answer(request: Request, seen: SeenByHandler): Promise<Response> {
  seen.requests += 1;
  const mode = request.headers.get("x-mode") ?? "mirror";
  if (mode.startsWith("status-")) return new Response(null, { status: Number(mode.slice(7)) });
  const special = SPECIAL_ANSWERS[mode];
  if (special !== undefined) return special(request, seen);
  return new Response(await request.arrayBuffer());
}

const SPECIAL_ANSWERS: Record<
  string,
  (request: Request, seen: SeenByHandler) => Response | Promise<Response>
> = {
  echo: async (request) =>
    Response.json({
      method: request.method,
      contentType: request.headers.get("content-type"),
      accept: request.headers.get("accept"),
      caller: request.headers.get("x-caller"),
      body: await request.text(),
    }),
  teapot: () =>
    new Response("short and stout", { status: 418, headers: { "x-one": "1", "cache-control": "max-age=5" } }),
  redirect: () => new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
  gzip: () => encoded("gzip", zlib.gzipSync(PLAIN)),
  deflate: () => encoded("deflate", zlib.deflateRawSync(PLAIN)),
  br: () => encoded("br", zlib.brotliCompressSync(PLAIN)),
  zstd: () => encoded("zstd", zlib.zstdCompressSync(PLAIN)),
  "broken-gzip": () => encoded("gzip", Buffer.from("not gzip")),
  "unknown-encoding": () => encoded("rot13", Buffer.from("uryyb")),
  slow: async () => {
    await Bun.sleep(40);
    return new Response("slow");
  },
  never: (request, seen) => {
    seen.neverStarted += 1;
    request.signal.addEventListener("abort", () => {
      seen.neverCancelled += 1;
    });
    return new Promise<Response>(() => {});
  },
  "slow-body": (_, seen) => new Response(streamPieces({ bytes: 1, everyMs: 20, seen })),
  endless: (_, seen) => new Response(streamPieces({ bytes: 65_536, everyMs: 0, seen })),
  context: () => new Response(CONTEXT.getStore() ?? "none"),
};

function encoded(encoding: string, body: Uint8Array<ArrayBuffer>): Response {
  return new Response(body, { headers: { "content-encoding": encoding } });
}

function streamPieces(pieces: {
  bytes: number;
  everyMs: number;
  seen: SeenByHandler;
}): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await Bun.sleep(pieces.everyMs);
      controller.enqueue(new Uint8Array(pieces.bytes));
    },
    cancel() {
      pieces.seen.streamsCancelled += 1;
    },
  });
}
