import { describe, expect, test } from "bun:test";
import { TransportError } from "../transport.ts";
import { ResponseParser } from "./response-parser.ts";

describe("what the parser refuses", () => {
  test.each([
    ["two different content-lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n"],
    ["a negative content-length", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"],
    ["an unknown transfer-encoding", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n"],
    ["a folded header", "HTTP/1.1 200 OK\r\nx-a: 1\r\n folded\r\n\r\n"],
    ["a header without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"],
    ["a space before the colon", "HTTP/1.1 200 OK\r\ncontent-length : 1\r\n\r\nx"],
    ["a bare line feed in a header", "HTTP/1.1 200 OK\r\nx-a: 1\nx-b: 2\r\n\r\n"],
    ["a zero byte in a header", "HTTP/1.1 200 OK\r\nx-a: \0\r\n\r\n"],
    ["HTTP/2", "HTTP/2 200\r\n\r\n"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
    ["a protocol switch", "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"],
    ["a chunk size that is too long", chunked("0000000000001\r\nx\r\n0\r\n\r\n")],
    ["a chunk longer than its size", chunked("1\r\nxy\r\n0\r\n\r\n")],
    ["a negative chunk size", chunked("-1\r\n")],
  ])("%s", (_, text) => {
    expect(codeOf(text)).toBe("BAD_ANSWER");
  });

  test.each([
    ["content-length", "HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n"],
    ["chunks", chunked("32\r\n")],
    ["the end of the connection", `HTTP/1.1 200 OK\r\n\r\n${"x".repeat(101)}`],
  ])("a body beyond the cap, framed by %s", (way, text) => {
    const tooLong = way === "chunks" ? `${chunked("32\r\n")}${"x".repeat(50)}\r\n33\r\n` : text;
    expect(codeOf(tooLong)).toBe("ANSWER_TOO_LARGE");
  });

  test("headers beyond the cap, in one piece or in many", () => {
    const head = `HTTP/1.1 200 OK\r\nx-long: ${"y".repeat(1_000)}\r\n\r\n`;
    expect(codeOf(head)).toBe("BAD_ANSWER");
    expect(codeOf(...head)).toBe("BAD_ANSWER");
  });

  test("trailers beyond the cap", () => {
    expect(codeOf(chunked(`0\r\n${"x-trailer: 1\r\n".repeat(100)}`))).toBe("BAD_ANSWER");
  });
});

describe("what may follow an answer", () => {
  test.each([
    ["a plain answer", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx", true],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx", false],
    ["HTTP/1.0 kept alive", "HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 1\r\n\r\nx", true],
    ["connection: close", "HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 1\r\n\r\nx", false],
    ["bytes left over", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxy", false],
    [
      "both framings",
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
      false,
    ],
  ])("%s", (_, text, isReusable) => {
    const answer = new ResponseParser(500, 100).push(Buffer.from(text));
    expect(answer?.response.text()).toBe("x");
    expect(answer?.isReusable).toBe(isReusable);
  });

  test("a parser made ready again forgets the answer before", () => {
    const parser = new ResponseParser(500, 100);
    parser.push(Buffer.from("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"));
    parser.reset(100);
    expect(parser.hasStarted).toBe(false);
    const second = parser.push(Buffer.from("HTTP/1.1 201 Created\r\ncontent-length: 1\r\n\r\ny"));
    expect(second?.response.text()).toBe("y");
    expect(second?.response.status).toBe(201);
  });
});

test("headers of one name are joined, and values trimmed", () => {
  const text = "HTTP/1.1 200 OK\r\nX-A:  1 \r\nx-a: 2\r\nx-ab: 3\r\ncontent-length: 0\r\n\r\n";
  const response = new ResponseParser(500, 100).push(Buffer.from(text))!.response;
  expect(response.header("x-a")).toBe("1, 2");
  expect(response.headers.get("x-a")).toBe("1, 2");
  expect(response.header("x-ab")).toBe("3");
});

function chunked(body: string): string {
  return `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}`;
}

function codeOf(...pieces: string[]): string {
  const parser = new ResponseParser(500, 100);
  try {
    for (const piece of pieces) parser.push(Buffer.from(piece));
  } catch (error) {
    if (error instanceof TransportError) return error.code;
    throw error;
  }
  return "none";
}
