import { describe, expect, test } from "bun:test";
import { BodyBuffers, bodyBuffers } from "./body-buffers.ts";
import { toResponseBody } from "./body-stream.ts";

describe("buffers for bodies", () => {
  test("are used again once they are given back", () => {
    const buffers = new BodyBuffers();
    const buffer = buffers.take();
    expect(buffers.take().buffer).not.toBe(buffer.buffer);
    buffers.giveBack(buffers.lend(buffer, 10));
    expect(buffers.take().buffer).toBe(buffer.buffer);
  });

  test("come back once", () => {
    const buffers = new BodyBuffers();
    const body = buffers.lend(buffers.take(), 10);
    buffers.giveBack(body);
    buffers.giveBack(body);
    expect(buffers.take().buffer).not.toBe(buffers.take().buffer);
  });

  test("that were never lent are left alone", () => {
    const buffers = new BodyBuffers();
    const body = new Uint8Array(100);
    buffers.giveBack(body);
    expect(buffers.take().buffer).not.toBe(body.buffer);
  });

  test.each([
    ["copied", 250_000],
    ["sent in chunks", 900_000],
  ])(
    "of bodies that are %s may be written into at once, however slowly the client reads",
    async (_, bytes) => {
      let isSpoilt = false;
      using server = Bun.serve({
        port: 0,
        fetch() {
          const buffer = Buffer.from(new ArrayBuffer(bytes)).fill("x");
          const body = bodyBuffers.lend(buffer, bytes);
          const spoil = setInterval(() => {
            if (bodyBuffers.take().buffer !== buffer.buffer) return;
            buffer.fill("y");
            clearInterval(spoil);
            isSpoilt = true;
          }, 1);
          return new Response(toResponseBody(body));
        },
      });
      const received = await readSlowly(server.port ?? 0);
      expect(isSpoilt).toBe(true);
      expect(received.length).toBeGreaterThan(bytes);
      expect(received.subarray(received.indexOf("\r\n\r\n") + 4).indexOf("y")).toBe(-1);
    },
  );
});

async function readSlowly(port: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open(socket) {
        socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        socket.pause();
        setTimeout(() => socket.resume(), 100);
      },
      data: (_, piece) => void pieces.push(Buffer.from(piece)),
      close: () => resolve(),
    },
  });
  await promise;
  return Buffer.concat(pieces);
}
