import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Socket } from "bun";
import { failureOf, toRequest, until } from "../transport-contract.ts";
import { type Http1Options, Http1Transport } from "./http1-transport.ts";
import { createOpenSocket } from "./open-socket.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

describe("connections to one origin", () => {
  let server: HeldServer;
  const transports: Http1Transport[] = [];

  beforeEach(() => {
    server = startHeldServer();
  });

  afterEach(async () => {
    for (const transport of transports.splice(0)) transport.close();
    server.stop();
  });

  function createTransport(options: Partial<Http1Options>): Http1Transport {
    const transport = new Http1Transport(options);
    transports.push(transport);
    return transport;
  }

  test("are no more than allowed; what waits is served in order", async () => {
    const transport = createTransport({ connectionsMax: 2 });
    const order: number[] = [];
    const answers = [0, 1, 2, 3, 4].map(async (index) => {
      await transport.send(toRequest(server.url, {}));
      order.push(index);
    });
    await until(() => server.held.length === 2);
    expect(transport.counts).toEqual({ connectionsOpen: 2, connectionsIdle: 0, waiting: 3 });
    while (order.length < 5) {
      server.held.shift()?.write(OK);
      await Bun.sleep(2);
    }
    await Promise.all(answers);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(server.connectionsAccepted).toBe(2);
  });

  test("make no more requests wait than allowed", async () => {
    const transport = createTransport({ connectionsMax: 1, waitingMax: 1 });
    const first = transport.send(toRequest(server.url, {}));
    const second = transport.send(toRequest(server.url, {}));
    expect(await failureOf(transport.send(toRequest(server.url, {})))).toBe("TOO_MANY_REQUESTS");
    await until(() => server.held.length === 1);
    server.answerAll(OK);
    await first;
    await until(() => server.held.length === 1);
    server.answerAll(OK);
    await second;
  });

  test("let a request that waits time out or abort, and forget it", async () => {
    const transport = createTransport({ connectionsMax: 1 });
    const first = transport.send(toRequest(server.url, {}));
    const controller = new AbortController();
    const aborted = failureOf(transport.send(toRequest(server.url, { signal: controller.signal })));
    expect(await failureOf(transport.send(toRequest(server.url, { timeoutMs: 20 })))).toBe("TIMED_OUT");
    controller.abort();
    expect(await aborted).toBe("ABORTED");
    expect(transport.counts.waiting).toBe(0);
    await until(() => server.held.length === 1);
    server.answerAll(OK);
    await first;
    expect(server.requestsReceived).toBe(1);
  });

  test("are opened anew for what waits when one is lost", async () => {
    const transport = createTransport({ connectionsMax: 1 });
    const first = failureOf(transport.send(toRequest(server.url, {})));
    const second = transport.send(toRequest(server.url, {}));
    await until(() => server.held.length === 1);
    server.held.shift()!.end();
    expect(await first).toBe("CONNECTION_LOST");
    await until(() => server.held.length === 1);
    server.answerAll(OK);
    expect((await second).text()).toBe("{}");
  });

  test("are closed when idle for too long", async () => {
    const transport = createTransport({ idleTimeoutMs: 30 });
    await answered(transport);
    expect(transport.counts.connectionsIdle).toBe(1);
    await until(() => transport.counts.connectionsOpen === 0 && server.connectionsOpen === 0);
  });

  test("are kept when the time allowed is longer than a timer can count", async () => {
    const transport = createTransport({ idleTimeoutMs: Number.MAX_SAFE_INTEGER });
    await answered(transport);
    await Bun.sleep(20);
    expect(transport.counts.connectionsIdle).toBe(1);
  });

  test("are not used again past the time that the subgraph promised", async () => {
    const transport = createTransport({});
    const brief = OK.replace("\r\n", "\r\nkeep-alive: timeout=0\r\n");
    await answered(transport, brief);
    await answered(transport, brief);
    expect(server.connectionsAccepted).toBe(2);
  });

  test("leave nothing behind when the subgraph closes them while idle", async () => {
    const transport = createTransport({});
    await answered(transport);
    server.closeAll();
    await until(() => transport.counts.connectionsOpen === 0);
    expect(transport.counts.connectionsIdle).toBe(0);
    await answered(transport);
  });

  test("go on being used after an answer to an aborted connect", async () => {
    const transport = createTransport({});
    const controller = new AbortController();
    const aborted = failureOf(transport.send(toRequest(server.url, { signal: controller.signal })));
    controller.abort();
    expect(await aborted).toBe("ABORTED");
    await until(() => transport.counts.connectionsIdle === 1);
    await answered(transport);
    expect(server.connectionsAccepted).toBe(1);
    expect(server.requestsReceived).toBe(1);
  });

  test("repeat a mutation whose body never left in full", async () => {
    const transport = createTransport({});
    await answered(transport);
    server.pauseReading();
    const body = "m".repeat(20_000_000);
    const mutation = transport.send(toRequest(server.url, { body, idempotent: false }));
    await Bun.sleep(20);
    server.closeAll();
    await until(() => server.connectionsAccepted === 2);
    await until(() => server.held.length === 1);
    server.answerAll(OK);
    expect((await mutation).text()).toBe("{}");
  });

  test("take an answer that comes before the request has left in full, and are then closed", async () => {
    const transport = createTransport({});
    await answered(transport);
    server.pauseReading();
    const refused = transport.send(toRequest(server.url, { body: "m".repeat(20_000_000) }));
    await Bun.sleep(20);
    server.writeToAll("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n");
    expect((await refused).status).toBe(413);
    expect(transport.counts.connectionsOpen).toBe(0);
  });

  test("that take too long to open fail the request; opened late, they serve the next", async () => {
    const opening = Promise.withResolvers<void>();
    const openNow = createOpenSocket(undefined);
    const transport = createTransport({
      connectTimeoutMs: 20,
      openSocket: (origin, connection) => opening.promise.then(() => openNow(origin, connection)),
    });
    expect(await failureOf(transport.send(toRequest(server.url, {})))).toBe("TIMED_OUT");
    expect(transport.counts.connectionsOpen).toBe(1);
    opening.resolve();
    await until(() => transport.counts.connectionsIdle === 1);
    await answered(transport);
    expect(server.connectionsAccepted).toBe(1);
  });

  test("that cannot be opened fail every request that waits for them", async () => {
    const transport = createTransport({
      connectionsMax: 1,
      openSocket: () => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" })),
    });
    const failures = [1, 2, 3].map(() => failureOf(transport.send(toRequest(server.url, {}))));
    expect(await Promise.all(failures)).toEqual(["CONNECT_FAILED", "CONNECT_FAILED", "CONNECT_FAILED"]);
    expect(transport.counts).toEqual({ connectionsOpen: 0, connectionsIdle: 0, waiting: 0 });
  });

  test("lead to Unix sockets, with Apollo's path parameter", async () => {
    const socketPath = join(tmpdir(), `mycelium-${crypto.randomUUID()}.sock`);
    const unixServer = Bun.serve({
      unix: socketPath,
      fetch: (request) => new Response(new URL(request.url).pathname),
    });
    const transport = createTransport({});
    const withPath = new URL(`unix://${socketPath}?path=/api/v1`);
    expect((await transport.send(toRequest(withPath, {}))).text()).toBe("/api/v1");
    const without = new URL(`unix://${socketPath}`);
    expect((await transport.send(toRequest(without, {}))).text()).toBe("/");
    await unixServer.stop(true);
  });

  test.each(["[::1]", "127.0.0.1", "localhost"])("lead to %s, named in the host header", async (host) => {
    const named = Bun.serve({
      port: 0,
      hostname: host === "[::1]" ? "::1" : "127.0.0.1",
      fetch: (request) => new Response(`${request.headers.get("host")} ${new URL(request.url).search}`),
    });
    const url = new URL(`http://${host}:${named.port}/graphql?a=1`);
    expect((await createTransport({ dnsStrategy: "ipv4_then_ipv6" }).send(toRequest(url, {}))).text()).toBe(
      `${host}:${named.port} ?a=1`,
    );
    await named.stop(true);
  });

  async function answered(transport: Http1Transport, answer = OK): Promise<void> {
    const response = transport.send(toRequest(server.url, {}));
    await until(() => server.held.length === 1);
    server.answerAll(answer);
    await response;
  }
});

interface HeldServer {
  url: URL;
  /** Those whose request is complete and not yet answered. */
  held: Socket<{ received: number }>[];
  connectionsAccepted: number;
  connectionsOpen: number;
  requestsReceived: number;
  answerAll(answer: string): void;
  writeToAll(bytes: string): void;
  closeAll(): void;
  pauseReading(): void;
  stop(): void;
}

/** Answers when told to. */
function startHeldServer(): HeldServer {
  const open = new Set<Socket<{ received: number }>>();
  const listener = Bun.listen<{ received: number }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { received: 0 };
        open.add(socket);
        server.connectionsAccepted += 1;
        server.connectionsOpen += 1;
      },
      close(socket) {
        open.delete(socket);
        server.connectionsOpen -= 1;
      },
      data(socket, piece) {
        socket.data.received += piece.length;
        const last = piece.at(-1);
        if (last !== 0x7d && !(last === 0x6d && socket.data.received > 20_000_000)) return;
        server.requestsReceived += 1;
        server.held.push(socket);
      },
    },
  });
  const server: HeldServer = {
    url: new URL(`http://127.0.0.1:${listener.port}/`),
    held: [],
    connectionsAccepted: 0,
    connectionsOpen: 0,
    requestsReceived: 0,
    answerAll(answer) {
      for (const socket of server.held.splice(0)) socket.write(answer);
    },
    writeToAll(bytes) {
      for (const socket of open) socket.write(bytes);
    },
    closeAll() {
      for (const socket of open) socket.terminate();
    },
    pauseReading() {
      for (const socket of open) socket.pause();
    },
    stop: () => listener.stop(true),
  };
  return server;
}
