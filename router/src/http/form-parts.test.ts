import { describe, expect, test } from "bun:test";
import { FormError, FormParts } from "./form-parts.ts";

const file =
  'content-disposition: form-data; name="0"; filename="a.txt"\r\nContent-Type: text/plain\r\nX-Own:  1 ';

describe("a form's parts", () => {
  test("are read in order, with their headers as they came", async () => {
    const parts = read(`--b\r\n${field("operations")}\r\n\r\n{}\r\n--b\r\n${file}\r\n\r\nhello\r\n--b--`);
    expect(await parts.next()).toMatchObject({ name: "operations", fileName: undefined });
    expect((await parts.readBody(10)).toString()).toBe("{}");
    expect(await parts.next()).toEqual({
      name: "0",
      fileName: "a.txt",
      contentType: "text/plain",
      headers: [
        ["content-disposition", 'form-data; name="0"; filename="a.txt"'],
        ["content-type", "text/plain"],
        ["x-own", "1"],
      ],
    });
    expect((await parts.readBody(5)).toString()).toBe("hello");
    expect(await parts.next()).toBeUndefined();
    expect(await parts.next()).toBeUndefined();
  });

  test("that nobody reads are skipped, as is what comes before the first", async () => {
    const parts = read(
      `hello\r\n--b\r\n${field("a")}\r\n\r\nskipped\r\n--b  \r\n${field("b")}\r\n\r\nx\r\n--b--\r\n`,
    );
    await parts.next();
    expect(await parts.next()).toMatchObject({ name: "b" });
    expect((await parts.readBody(1)).toString()).toBe("x");
  });

  test.each([
    ['form-data; name="a\\"b"', 'a"b'],
    ["form-data; name=plain ; filename=x", "plain"],
    ['form-data; filename="x; name=other"; name="own"', "own"],
    ['form-data; filename="name"', undefined],
    ['form-data; name="größe"', "größe"],
  ])("named by %s", async (disposition, name) => {
    const parts = read(`--b\r\ncontent-disposition: ${disposition}\r\n\r\n\r\n--b--`);
    expect((await parts.next())?.name).toBe(name);
  });
});

describe("however the bytes are cut", () => {
  const content = "\r\n--\r--b\r\n-b\r\n--c\r\n\r\n";
  const form = `--b\r\n${field("a")}\r\n\r\n${content}\r\n--b\r\n${field("b")}\r\n\r\n\r\n--b--\r\nafter`;

  test.each([1, 2, 3, 5, 7, 11, 13, 64])(
    "into pieces of %d bytes, they mean the same",
    async (pieceBytes) => {
      const parts = read(form, { pieceBytes });
      await parts.next();
      expect((await parts.readBody(100)).toString()).toBe(content);
      expect(await parts.next()).toMatchObject({ name: "b" });
      expect((await parts.readBody(0)).toString()).toBe("");
      expect(await parts.next()).toBeUndefined();
    },
  );

  test("every beginning of a form is refused, and none hangs", async () => {
    const lastBoundary = form.lastIndexOf("--b--") + "--b--".length;
    for (let length = 0; length < lastBoundary; length++) {
      const outcome = await drain(read(form.slice(0, length), { pieceBytes: 9 }));
      expect(outcome).toMatch(/^INCOMPLETE_(STREAM|PART)$/);
    }
    expect(await drain(read(form.slice(0, lastBoundary)))).toBe("end");
  });
});

describe("refused are", () => {
  test.each<[string, string, string]>([
    ["a form without a boundary", "hello", "INCOMPLETE_STREAM"],
    ["a boundary with something behind it", `--bx\r\n${field("a")}\r\n\r\n\r\n--b--`, "INCOMPLETE_STREAM"],
    ["a header without a colon", "--b\r\nnonsense\r\n\r\n\r\n--b--", "BAD_PART_HEADERS"],
    ["a header with a line break of its own", "--b\r\na: b\nc: d\r\n\r\n\r\n--b--", "BAD_PART_HEADERS"],
    ["more headers than anybody needs", `--b\r\n${"a: b\r\n".repeat(33)}\r\n\r\n--b--`, "BAD_PART_HEADERS"],
    ["headers without end", `--b\r\na: ${"b".repeat(20_000)}`, "BAD_PART_HEADERS"],
    ["a part that ends in the middle", `--b\r\n${field("a")}\r\n\r\nhel`, "INCOMPLETE_PART"],
    [
      "more bytes than allowed",
      `--b\r\n${field("a")}\r\n\r\n${"x".repeat(40_000)}\r\n--b--`,
      "STREAM_TOO_LARGE",
    ],
  ])("%s", async (_, text, code) => {
    expect(await drain(read(text, { pieceBytes: 1_000 }))).toBe(code);
  });

  test("a part over its limit, by name; the next one can still be read", async () => {
    const parts = read(`--b\r\n${field("a")}\r\n\r\n12345\r\n--b\r\n${field("b")}\r\n\r\nx\r\n--b--`);
    await parts.next();
    const problem = 'field "a" exceeded the size limit: 4 bytes';
    await expect(parts.readBody(4)).rejects.toEqual(new FormError("PART_TOO_LARGE", problem));
    expect(await parts.next()).toMatchObject({ name: "b" });
  });

  test("a stream that breaks, and one that is cancelled while it is read", async () => {
    const broken = new ReadableStream<Uint8Array>({ pull: (stream) => stream.error(new Error("reset")) });
    expect(await drain(new FormParts(broken, "b", { streamBytesMax: 10 }))).toBe("STREAM_READ_FAILED");
    const silent = new FormParts(new ReadableStream<Uint8Array>(), "b", { streamBytesMax: 10 });
    const outcome = drain(silent);
    silent.cancel();
    expect(await outcome).toBe("INCOMPLETE_STREAM");
  });
});

test("a form is read no faster than it is asked to", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>(
    {
      pull(stream) {
        pulled++;
        stream.enqueue(
          new TextEncoder().encode(pulled === 1 ? `--b\r\n${field("a")}\r\n\r\n` : "x".repeat(100)),
        );
      },
    },
    { highWaterMark: 0 },
  );
  const parts = new FormParts(endless, "b", { streamBytesMax: 1_000_000 });
  await parts.next();
  await Bun.sleep(5);
  expect(pulled).toBe(1);
  await expect(parts.readBody(1_000)).rejects.toThrow("exceeded the size limit");
  await Bun.sleep(5);
  expect(pulled).toBeLessThan(15);
});

function field(name: string): string {
  return `Content-Disposition: form-data; name="${name}"`;
}

function read(text: string, { pieceBytes = text.length || 1 } = {}): FormParts {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + pieceBytes));
      at += pieceBytes;
    },
  });
  return new FormParts(stream, "b", { streamBytesMax: 30_000 });
}

async function drain(parts: FormParts): Promise<string> {
  try {
    while (await parts.next()) await parts.readBody(1_000_000);
    return "end";
  } catch (error) {
    if (error instanceof FormError) return error.code;
    throw error;
  }
}
