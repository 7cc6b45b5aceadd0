import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Socket } from "bun";
import { type Transport, TransportError, type TransportErrorCode } from "./transport.ts";
import { failureOf, toRequest, until } from "./transport-contract.ts";

export interface FaultsUnderTest {
  name: string;
  createTransport(): Transport;
  /** What the transport may call an answer that is not HTTP. */
  garbageCodes: TransportErrorCode[];
}

/** What every transport over sockets must make of a server that misbehaves: one clear error, and no harm after. */
export function describeTransportFaults(underTest: FaultsUnderTest): void {
  describe(`${underTest.name} survives servers that misbehave`, () => {
    let server: ScriptedServer;
    let transport: Transport;

    beforeAll(() => {
      server = startScriptedServer();
    });

    beforeEach(() => {
      transport = underTest.createTransport();
      server.reset();
    });

    afterEach(async () => {
      transport.close();
      await until(() => server.connectionsOpen === 0);
    });

    afterAll(() => server.stop());

    const send = (script: string, changes: Parameters<typeof toRequest>[1] = {}) =>
      transport.send(toRequest(server.url(script), { timeoutMs: 400, ...changes }));

    test("uses a connection again, for one request after the other", async () => {
      for (let round = 0; round < 20; round += 1) await send("ok");
      expect(server.connectionsAccepted).toBe(1);
      expect(server.requestsReceived).toBe(20);
    });

    test("uses a connection again after a chunked answer, and after one without a body", async () => {
      for (const script of ["chunked", "no-content", "ok", "interim", "ok"]) await send(script);
      expect(server.connectionsAccepted).toBe(1);
    });

    test("opens another connection after an answer that asks to close", async () => {
      await send("close-after");
      await send("close-after");
      expect(server.connectionsAccepted).toBe(2);
    });

    test("reads an answer that only the end of the connection ends", async () => {
      expect((await send("until-close")).text()).toBe('{"data":1}');
    });

    test("skips interim answers", async () => {
      expect((await send("interim")).text()).toBe("{}");
    });

    test("says so when nobody listens", async () => {
      const url = new URL("http://127.0.0.1:1/");
      expect(await failureOf(transport.send(toRequest(url, {})))).toBe("CONNECT_FAILED");
    });

    test("says so when the host has no address", async () => {
      const url = new URL("http://nowhere.invalid/");
      expect(await failureOf(transport.send(toRequest(url, {})))).toBe("CONNECT_FAILED");
    });

    test.each(["close-at-once", "die-in-head", "die-in-body", "die-in-chunk"])(
      "reports %s",
      async (script) => {
        expect(await failureOf(send(script, { idempotent: false }))).toBe("CONNECTION_LOST");
        expect((await send("ok")).text()).toBe("{}");
      },
    );

    test.each(["garbage", "bad-chunk"])("reports %s", async (script) => {
      expect(underTest.garbageCodes).toContain(await failureOf(send(script)));
      expect((await send("ok")).text()).toBe("{}");
    });

    test.each(["endless-head", "endless-interim"])("reports %s", async (script) => {
      expect(["BAD_ANSWER", "TIMED_OUT"]).toContain(await failureOf(send(script)));
    });

    test("gives up on a head slower than the time given", async () => {
      expect(await failureOf(send("slow-head"))).toBe("TIMED_OUT");
    });

    test("never gives a second answer nobody asked for to the next request", async () => {
      expect((await send("two-answers")).text()).toBe("first");
      expect((await send("ok")).text()).toBe("{}");
      expect((await send("late-second-answer")).text()).toBe("first");
      await Bun.sleep(40);
      expect((await send("ok")).text()).toBe("{}");
    });

    test("repeats a query once when a kept-alive connection turns out to be closed", async () => {
      await send("ok");
      expect((await send("close-if-reused")).text()).toBe("{}");
      expect(server.requestsReceived).toBe(3);
    });

    test("does not repeat a mutation that may have been executed", async () => {
      await send("ok");
      expect(await failureOf(send("close-if-reused", { idempotent: false }))).toBe("CONNECTION_LOST");
      expect(server.requestsReceived).toBe(2);
    });

    test("does not repeat a query without end", async () => {
      await send("ok");
      expect(await failureOf(send("close-at-once"))).toBe("CONNECTION_LOST");
      expect(server.requestsReceived).toBeLessThanOrEqual(3);
    });

    test("settles every one of 200 concurrent requests to a server that dies under them", async () => {
      const failures = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          failureOf(send(index % 2 === 0 ? "die-in-body" : "close-at-once")),
        ),
      );
      expect(new Set(failures)).toEqual(new Set(["CONNECTION_LOST"]));
    });

    test("settles every one of 2,000 requests to a server that misbehaves in every way, some of them aborted", async () => {
      const scripts = [...Object.keys(ANSWERS), ...Object.keys(BEHAVIOURS), "ok", "ok", "chunked"];
      let answered = 0;
      const sendOne = async (index: number): Promise<void> => {
        const signal = index % 7 === 0 ? AbortSignal.timeout(index % 30) : undefined;
        const changes = { signal, timeoutMs: 20 + (index % 50), idempotent: index % 3 !== 0 };
        try {
          await send(scripts[(index * 31) % scripts.length]!, changes);
          answered += 1;
        } catch (error) {
          if (!(error instanceof TransportError)) throw error;
        }
      };
      await inLanes({ lanes: 40, count: 2_000, run: sendOne });
      expect(answered).toBeGreaterThan(400);
      expect((await send("ok")).text()).toBe("{}");
    });

    test("leaves no connection open after close", async () => {
      await Promise.all([send("ok"), send("ok"), send("ok")]);
      expect(server.connectionsOpen).toBeGreaterThan(0);
      transport.close();
      await until(() => server.connectionsOpen === 0);
    });

    test("throws nothing but transport errors", async () => {
      const outcome = await send("bad-header").catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(TransportError);
    });
  });
}

async function inLanes(work: {
  lanes: number;
  count: number;
  run(index: number): Promise<void>;
}): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < work.count) await work.run(next++);
  };
  await Promise.all(Array.from({ length: work.lanes }, lane));
}

interface ScriptedServer {
  url(script: string): URL;
  connectionsAccepted: number;
  connectionsOpen: number;
  requestsReceived: number;
  reset(): void;
  stop(): void;
}

interface Peer {
  requests: number;
  received: string;
}

/** The path of a request says how its answer goes wrong. */
function startScriptedServer(): ScriptedServer {
  const listener = Bun.listen<Peer>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { requests: 0, received: "" };
        server.connectionsAccepted += 1;
        server.connectionsOpen += 1;
      },
      close() {
        server.connectionsOpen -= 1;
      },
      data(socket, piece) {
        socket.data.received += piece.toString("latin1");
        const match = /^POST \/([a-z-]*)[\s\S]*?\r\n\r\n\{\}/.exec(socket.data.received);
        if (match === null) return;
        socket.data.received = "";
        socket.data.requests += 1;
        server.requestsReceived += 1;
        runScript(match[1]!, socket);
      },
    },
  });
  const server: ScriptedServer = {
    url: (script) => new URL(`http://127.0.0.1:${listener.port}/${script}`),
    connectionsAccepted: 0,
    connectionsOpen: 0,
    requestsReceived: 0,
    reset() {
      server.connectionsAccepted = 0;
      server.requestsReceived = 0;
    },
    stop: () => listener.stop(true),
  };
  return server;
}

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
const FIRST = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst";

function runScript(script: string, socket: Socket<Peer>): void {
  const answer = ANSWERS[script];
  if (answer !== undefined) socket.write(answer);
  const thenDies = script.startsWith("die-") || script.startsWith("until-") || script === "close-after";
  if (thenDies) setTimeout(() => socket.end(), 5);
  BEHAVIOURS[script]?.(socket);
}

const ANSWERS: Record<string, string> = {
  ok: OK,
  chunked: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
  "no-content": "HTTP/1.1 204 No Content\r\n\r\n",
  interim: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}`,
  "close-after": "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
  "until-close": 'HTTP/1.1 200 OK\r\n\r\n{"data":1}',
  "die-in-head": "HTTP/1.1 200 OK\r\ncontent-le",
  "die-in-body": "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\npartial",
  "die-in-chunk": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n14\r\npartial",
  garbage: "this is not HTTP at all\r\n\r\n",
  "bad-chunk": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
  "bad-header": "HTTP/1.1 200 OK\r\n: nameless\r\ncontent-length: two\r\n\r\n{}",
  "two-answers": FIRST + FIRST,
  "late-second-answer": FIRST,
};

const BEHAVIOURS: Record<string, (socket: Socket<Peer>) => void> = {
  "close-at-once": (socket) => socket.end(),
  "close-if-reused": (socket) => {
    if (socket.data.requests > 1) socket.end();
    else socket.write(OK);
  },
  "late-second-answer": (socket) => void setTimeout(() => socket.write(FIRST), 10),
  "endless-head": (socket) =>
    writeForever(socket, "HTTP/1.1 200 OK\r\n", `x-filler: ${"y".repeat(1_000)}\r\n`),
  "endless-interim": (socket) => writeForever(socket, "", "HTTP/1.1 100 Continue\r\n\r\n".repeat(40)),
  "slow-head": (socket) => writeForever(socket, "HTTP/1.1 200 OK\r\n", "x"),
};

function writeForever(socket: Socket<Peer>, first: string, piece: string): void {
  socket.write(first);
  const timer = setInterval(() => {
    if (socket.readyState !== 1 || socket.write(piece) < 0) clearInterval(timer);
  }, 2);
}
