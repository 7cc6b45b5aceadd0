import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ClientSocket, type SocketListener, type SocketRequest } from "./client-socket.ts";

const messageBytesMax = 4 * 1024 * 1024;

/** Sends back what it is sent; some words have a meaning. */
const server = Bun.serve<{ headers: Headers }>({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, self) => {
    const data = { headers: request.headers };
    return self.upgrade(request, { data, headers: { "sec-websocket-protocol": "p" } })
      ? undefined
      : new Response(null, { status: 400 });
  },
  websocket: {
    maxPayloadLength: 64 * 1024 * 1024,
    message(socket, text) {
      if (text === "headers") socket.send(JSON.stringify(Object.fromEntries(socket.data.headers)));
      else if (text === "close") socket.close(4001, "enough");
      else if (text === "cut") socket.terminate();
      else if (text === "ping") socket.ping("a");
      else if (text === "large") socket.send("a".repeat(messageBytesMax + 1));
      else socket.send(text);
    },
    pong: (socket, data) => void socket.send(`pong ${data}`),
    close: (_socket, code) => void closedWith.push(code),
  },
});
const closedWith: number[] = [];
afterAll(() => server.stop(true));

function openTo(port: number, own: Partial<SocketRequest> = {}) {
  const told: unknown[] = [];
  let wake = () => {};
  const tell = (what: unknown) => {
    told.push(what);
    wake();
  };
  const listener: SocketListener = {
    opened: () => tell("opened"),
    message: (text) => tell(text),
    failed: (reason) => tell({ failed: reason }),
    closed: (code, reason) => tell({ code, reason }),
  };
  const url = new URL(`ws://127.0.0.1:${port}/a?b=c`);
  const socket = new ClientSocket(
    { url, headers: {}, protocol: "p", tls: {}, messageBytesMax, ...own },
    listener,
  );
  async function next(): Promise<unknown> {
    while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return told.shift();
  }
  return { socket, next, told };
}

test("messages of every length of length, both ways", async () => {
  const { socket, next } = openTo(server.port!);
  expect(await next()).toBe("opened");
  for (const length of [0, 1, 125, 126, 65_535, 65_536, 1_000_000]) {
    const text = "é".repeat(length / 2) + "a".repeat(length % 2);
    socket.send(text);
    expect(await next()).toBe(text);
  }
  for (let at = 0; at < 1_000; at++) socket.send(String(at));
  for (let at = 0; at < 1_000; at++) expect(await next()).toBe(String(at));
  socket.close();
  await Bun.sleep(20);
  expect(closedWith.at(-1)).toBe(1000);
});

test("a ping is answered, headers are sent, and a header cannot speak for the connection", async () => {
  const { socket, next } = openTo(server.port!, {
    headers: { "x-own": "1", connection: "close", upgrade: "h2c", "sec-websocket-key": "mine" },
  });
  expect(await next()).toBe("opened");
  socket.send("ping");
  expect(await next()).toBe("pong a");
  socket.send("headers");
  expect(JSON.parse(String(await next()))).toMatchObject({
    "x-own": "1",
    host: `127.0.0.1:${server.port}`,
    connection: "Upgrade",
    upgrade: "websocket",
  });
  socket.close();
});

test("the other side closes, is cut off, or says more than may be said", async () => {
  for (const [word, end] of [
    ["close", { code: 4001, reason: "enough" }],
    ["cut", { code: 1006, reason: "" }],
    ["large", { code: 1009, reason: `a message of more than ${messageBytesMax} bytes` }],
  ] as const) {
    const { socket, next } = openTo(server.port!);
    expect(await next()).toBe("opened");
    socket.send(word);
    expect(await next()).toEqual(end);
    expect(socket.isOpen).toBe(false);
    socket.send("into the void");
  }
  await Bun.sleep(20);
  expect(closedWith.at(-1)).toBe(1009);
});

const accepted = (key: string) =>
  new Bun.CryptoHasher("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
const upgraded = (key: string, ...lines: string[]) =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nSec-WebSocket-Accept: ${accepted(key)}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

test.each([
  ["another status", () => "HTTP/1.1 403 Forbidden\r\n\r\n", "the subgraph answered with status 403"],
  ["another key", () => upgraded("other"), "an answer to another key"],
  [
    "another upgrade",
    (key: string) => upgraded(key).replace("WebSocket", "h2c"),
    "an upgrade to something else",
  ],
  [
    "another protocol",
    (key: string) => upgraded(key, "sec-websocket-protocol: q"),
    "the protocol 'q', which was not asked for",
  ],
  [
    "an extension",
    (key: string) => upgraded(key, "sec-websocket-extensions: permessage-deflate"),
    "an extension that was not asked for",
  ],
  ["no HTTP", () => "SSH-2.0-x\r\n\r\n", "the subgraph's answer has no HTTP/1.1 status line"],
  [
    "an endless head",
    () => `HTTP/1.1 101 a\r\nx: ${"a".repeat(20_000)}`,
    "an answer with more than 16384 bytes of headers",
  ],
  ["nothing", () => "", "the connection was closed"],
])("an answer with %s opens no socket", async (_, answer, reason) => {
  using raw = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        const text = answer(/sec-websocket-key: (\S+)/.exec(bytes.toString())![1]!);
        if (text === "") socket.end();
        else socket.write(text);
      },
    },
  });
  const { socket, next, told } = openTo(raw.port);
  expect(await next()).toEqual({ failed: reason });
  await Bun.sleep(10);
  expect([told, socket.isOpen]).toEqual([[], false]);
});

test("frames that come with the head of the answer, in pieces of one byte", async () => {
  using raw = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      async data(socket, bytes) {
        const key = /sec-websocket-key: (\S+)/.exec(bytes.toString())?.[1];
        if (!key) return;
        for (const byte of Buffer.concat([
          Buffer.from(upgraded(key)),
          Buffer.from([0x81, 0x02, 0x68, 0x69]),
        ])) {
          socket.write(Buffer.from([byte]));
          socket.flush();
          await Bun.sleep(0);
        }
      },
    },
  });
  const { socket, next } = openTo(raw.port);
  expect([await next(), await next()]).toEqual(["opened", "hi"]);
  socket.close();
});

test("nobody is there, and a header that cannot be written", async () => {
  const closed = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = closed;
  closed.stop(true);
  expect(await openTo(port).next()).toEqual({ failed: "Failed to connect" });
  const broken = openTo(server.port!, { headers: { "x-own": "a\r\nb: c" } });
  expect(await broken.next()).toEqual({ failed: "the value of request header 'x-own' is malformed" });
});

test("over TLS only to who is trusted, by the name that was asked for", async () => {
  const fixture = (name: string) =>
    readFileSync(join(import.meta.dir, "../../../subgraph-client/fixtures", name), "utf8");
  const cert = fixture("localhost.cert.pem");
  using secure = Bun.serve({
    port: 0,
    tls: { cert, key: fixture("localhost.key.pem") },
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response()),
    websocket: { message: (socket, text) => void socket.send(text) },
  });
  const trusting = { tls: { certificateAuthorities: cert } };
  const url = new URL(`wss://localhost:${secure.port}/`);
  const { socket, next } = openTo(0, { url, ...trusting });
  expect(await next()).toBe("opened");
  socket.send("secret");
  expect(await next()).toBe("secret");
  socket.close();
  expect(await openTo(0, { url }).next()).toEqual({ failed: expect.any(String) });
  const otherName = new URL(`wss://127.0.0.2:${secure.port}/`);
  const refused = await openTo(0, { url: otherName, ...trusting }).next();
  expect(refused).toEqual({ failed: expect.stringContaining("altnames") });
});

test("whoever closes before it is open hears nothing", async () => {
  const { socket, told } = openTo(server.port!);
  socket.close();
  await Bun.sleep(20);
  expect(told).toEqual([]);
});

test("a server that reads slowly gets all, and one that does not read holds nothing back", async () => {
  let received = 0;
  let reader: Bun.Socket | undefined;
  let isClosed = false;
  using slow = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        const key = /sec-websocket-key: (\S+)/.exec(bytes.toString("latin1"))?.[1];
        if (key && !reader) {
          reader = socket;
          socket.write(upgraded(key));
          socket.pause();
        } else {
          received += bytes.length;
        }
      },
      close: () => {
        isClosed = true;
      },
    },
  });
  const { socket, next } = openTo(slow.port);
  expect(await next()).toBe("opened");
  const text = "a".repeat(1_000_000);
  for (let count = 0; count < 20; count++) socket.send(text);
  await Bun.sleep(20);
  reader!.resume();
  while (received < 20 * (text.length + 14)) await Bun.sleep(5);
  reader!.pause();
  for (let count = 0; count < 20; count++) socket.send(text);
  socket.close();
  reader!.resume();
  while (!isClosed) await Bun.sleep(5);
});
