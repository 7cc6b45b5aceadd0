import { describe, expect, test } from "bun:test";
import { createServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import { Http2Transport } from "./http2-transport.ts";
import type { RequestHandler } from "./in-process-transport.ts";
import { describeTransportContract, failureOf, toRequest, until } from "./transport-contract.ts";

describeTransportContract({
  name: "Http2Transport",
  start: async (handler) => {
    const server = await startServer(handler);
    return { transport: new Http2Transport({ idleTimeoutMs: 4_000 }), url: server.url, stop: server.stop };
  },
});

describe("over HTTP/2 without TLS", () => {
  test("all requests share a connection, until it has been idle for long enough", async () => {
    const server = await startServer(async () => new Response("{}"));
    const transport = new Http2Transport({ idleTimeoutMs: 50 });
    const send = () => transport.send(toRequest(server.url, {}));
    await Promise.all(Array.from({ length: 20 }, send));
    expect(server.counts).toEqual({ accepted: 1, open: 1 });
    await until(() => server.counts.open === 0);
    await send();
    expect(server.counts.accepted).toBe(2);
    transport.close();
    await server.stop();
  });

  test("a connection that is lost is opened again, and a query sent once more", async () => {
    let server = await startServer(async () => new Response("{}"));
    const transport = new Http2Transport({ idleTimeoutMs: 4_000 });
    expect((await transport.send(toRequest(server.url, {}))).text()).toBe("{}");
    server.drop();
    expect((await transport.send(toRequest(server.url, {}))).text()).toBe("{}");
    const { port } = server.url;
    await server.stop();
    expect(await failureOf(transport.send(toRequest(server.url, {})))).toBe("CONNECT_FAILED");
    server = await startServer(async () => new Response("back"), Number(port));
    expect((await transport.send(toRequest(server.url, {}))).text()).toBe("back");
    transport.close();
    await server.stop();
  });

  test("a server that speaks HTTP/1.1 alone is one clear error", async () => {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("{}") });
    const transport = new Http2Transport({ idleTimeoutMs: 4_000 });
    const url = new URL(`http://127.0.0.1:${server.port}/`);
    const failure = await failureOf(transport.send(toRequest(url, { timeoutMs: 1_000, idempotent: false })));
    expect(["CONNECT_FAILED", "CONNECTION_LOST", "TIMED_OUT"]).toContain(failure);
    transport.close();
    await server.stop(true);
  });
});

interface TestServer {
  url: URL;
  counts: { accepted: number; open: number };
  /** Closes every connection at once. */
  drop(): void;
  stop(): Promise<void>;
}

async function startServer(handler: RequestHandler, port = 0): Promise<TestServer> {
  const counts = { accepted: 0, open: 0 };
  const sessions = new Set<{ destroy(): void }>();
  const server = createServer((request, response) => void answer(handler, request, response));
  server.on("session", (session) => {
    counts.accepted += 1;
    counts.open += 1;
    sessions.add(session);
    session.on("close", () => {
      counts.open -= 1;
      sessions.delete(session);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const drop = () => {
    for (const session of sessions) session.destroy();
  };
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`),
    counts,
    drop,
    async stop() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  handler: RequestHandler,
  received: Http2ServerRequest,
  response: Http2ServerResponse,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of received) pieces.push(piece as Buffer);
  const aborting = new AbortController();
  response.stream.on("close", () => aborting.abort());
  const headers = Object.entries(received.headers).filter(([name]) => !name.startsWith(":"));
  const request = new Request(`http://127.0.0.1${received.url}`, {
    method: received.method,
    headers: headers as [string, string][],
    body: Buffer.concat(pieces),
    signal: aborting.signal,
  });
  const answered = await handler(request);
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  const reader = answered.body?.getReader();
  aborting.signal.addEventListener("abort", () => void reader?.cancel());
  while (reader) {
    const { done, value } = await reader.read();
    if (done || aborting.signal.aborted) break;
    if (!response.write(value)) await new Promise((resolve) => response.stream.once("drain", resolve));
  }
  response.end();
}
