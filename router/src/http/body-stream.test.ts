import { afterAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { streamedBytesMin, toResponseBody } from "./body-stream.ts";

const server = Bun.serve({
  port: 0,
  fetch: ({ url }) => {
    const { searchParams } = new URL(url);
    const text = (searchParams.get("unit") ?? "x").repeat(Number(searchParams.get("length")));
    return new Response(toResponseBody(searchParams.has("bytes") ? new Uint8Array(Buffer.from(text)) : text));
  },
});
afterAll(() => server.stop(true));

describe("an answer's body", () => {
  for (const unit of ["x", "é", "語"]) {
    for (const kind of ["text", "bytes"]) {
      test(`of ${kind} in ${JSON.stringify(unit)} comes whole, and with its length`, async () => {
        for (const length of [1, streamedBytesMin - 1, streamedBytesMin, 20_000, 80_000]) {
          const query = new URLSearchParams({
            length: String(length),
            unit,
            ...(kind === "bytes" && { bytes: "1" }),
          });
          const response = await fetch(`${server.url}?${query}`);
          const expected = unit.repeat(length);
          expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(expected)));
          expect((await response.text()) === expected).toBe(true);
        }
      });
    }
  }

  test("of many megabytes comes in chunks", async () => {
    const response = await fetch(`${server.url}?length=5000000`);
    expect(response.headers.get("transfer-encoding")).toBe("chunked");
    expect((await response.text()) === "x".repeat(5_000_000)).toBe(true);
  });

  test("is framed so that the next answer on the connection is found", async () => {
    const lengths = [20_000, 3, 900_000, 260_000];
    const asked = lengths.map((length) => `GET /?length=${length} HTTP/1.1\r\nhost: x\r\n`);
    const socket = connect(server.port ?? 0, "127.0.0.1");
    socket.write(`${asked.join("\r\n")}connection: close\r\n\r\n`);
    let received = "";
    for await (const piece of socket) received += piece;
    expect(received.split("HTTP/1.1 200 OK").length).toBe(1 + lengths.length);
    expect(received.split("x").length - 1).toBeGreaterThanOrEqual(20_000 + 3 + 900_000 + 260_000);
  });
});
