import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { type GraphqlAnswer, type RouterProcess, startRouter } from "./support/router-process.ts";
import { serveUploadsGraph, type UploadsGraph } from "./uploads-graph.ts";

let graph: UploadsGraph;
let router: RouterProcess;

beforeAll(async () => {
  graph = serveUploadsGraph();
  router = await startWith("max_file_size: 1kb, max_files: 3, operation_body_timeout: 300ms");
});
afterAll(async () => {
  await router[Symbol.asyncDispose]();
  await graph[Symbol.asyncDispose]();
});
beforeEach(() => {
  graph.calls.length = 0;
});

const single = "mutation M($file: Upload) { file: singleUpload(file: $file) { filename body mimetype } }";
const operations = (query: string, variables: unknown): string => JSON.stringify({ query, variables });
const singleOperations = operations(single, { file: null });
const singleMap = '{"0":["variables.file"]}';

describe("a subgraph gets", () => {
  test("operations, map and file, each part with the headers that it came with", async () => {
    const headers =
      'Content-Type: text/x-own\r\ncontent-disposition: form-data; name="0"; filename="größe.txt"';
    const body = form(["operations", singleOperations], ["map", singleMap], [headers, "hello"]);
    const data = { file: { filename: "größe.txt", body: "hello", mimetype: "text/x-own" } };
    expect(await send(body)).toEqual({ status: 200, data });
    const [call] = graph.calls;
    expect(call!.operations.variables).toEqual({ file: null });
    expect(call!.map).toEqual({ 0: ["variables.file"] });
    expect(call!.headers.get("apollo-require-preflight")).toBe("true");
    expect(call!.headers.get("content-type")).toMatch(/^multipart\/form-data; ?boundary=/);
  });

  test("files in nested places, and a value beside them", async () => {
    const variables = { input: { files: [null, null], note: "beside" } };
    const query = "mutation ($input: NestedUpload) { nestedUpload(nested: $input) { id body } }";
    const map = '{"a":["variables.input.files.1"],"b":["variables.input.files.0"]}';
    const body = form(
      ["operations", operations(query, variables)],
      ["map", map],
      file("a", "A"),
      file("b", "B"),
    );
    const nestedUpload = [
      { id: "a", body: "A" },
      { id: "b", body: "B" },
    ];
    expect(await send(body)).toEqual({ status: 200, data: { nestedUpload } });
    expect(graph.calls[0]!.operations.variables).toEqual(variables);
  });

  test("only its own files, and a fetch without files stays JSON", async () => {
    const query = `mutation ($a: Upload!, $b: Upload, $days: Int, $text: String) {
      a: singleUploadNonNull(file: $a) { body keptFor(days: $days) } archive(file: $b) note(text: $text)
    }`;
    const variables = { a: null, b: null, days: 7, text: "plain" };
    const map = '{"0":["variables.a"],"1":["variables.b"]}';
    const body = form(
      ["operations", operations(query, variables)],
      ["map", map],
      file("0", "x"),
      file("1", "y"),
    );
    expect(await send(body)).toMatchObject({ status: 200, data: { a: { body: "x" }, archive: "y" } });
    const seen = graph.calls.map(({ subgraph, operations: { variables }, map }) => [
      subgraph,
      variables,
      map,
    ]);
    expect(seen).toContainEqual(["uploads", { a: null }, { 0: ["variables.a"] }]);
    expect(seen).toContainEqual(["archive", { b: null }, { 1: ["variables.b"] }]);
    expect(seen).toContainEqual(["uploads", { text: "plain" }, undefined]);
    expect(seen.filter(([, , map]) => map === undefined).length).toBe(2);
  });

  test("a file that two variables and two subgraphs share, whatever the order of the parts", async () => {
    const query = `mutation ($a: Upload, $b: Upload, $c: Upload) {
      a: singleUpload(file: $a) { body } b: singleUpload(file: $b) { body } c: archive(file: $c)
    }`;
    const map = '{"last":["variables.c"],"shared":["variables.a","variables.b"]}';
    const parts = [file("last", "L"), file("shared", "S")];
    const body = form(
      ["operations", operations(query, { a: null, b: null, c: null })],
      ["map", map],
      ...parts,
    );
    expect(await send(body)).toEqual({ status: 200, data: { a: { body: "S" }, b: { body: "S" }, c: "L" } });
    expect(graph.calls[0]!.map).toEqual({ shared: ["variables.a", "variables.b"] });
  });

  test("every byte, also of a form that browsers write and of one that is compressed", async () => {
    const bytes = Uint8Array.from({ length: 1_000 }, (_, at) => (at * 7) % 128);
    const browsers = new FormData();
    browsers.append("operations", singleOperations);
    browsers.append("map", singleMap);
    browsers.append("0", new File([bytes], "all.bin"));
    const headers = { "apollo-require-preflight": "1" };
    const response = await fetch(router.url, { method: "POST", headers, body: browsers });
    const text = new TextDecoder().decode(bytes);
    expect(await response.json()).toMatchObject({ data: { file: { filename: "all.bin", body: text } } });
    const compressed = gzipSync(good("zipped"));
    expect(await send(compressed, { "content-encoding": "gzip" })).toMatchObject({
      data: { file: { body: "zipped" } },
    });
  });
});

test("equal queries with different files never share an answer", async () => {
  const query = "query ($file: Upload!) { digest(file: $file) }";
  const upload = (text: string) =>
    send(form(["operations", operations(query, { file: null })], ["map", singleMap], file("0", text)));
  const answers = await Promise.all(["a", "b", "c"].map(upload));
  expect(answers.map(({ data }) => data)).toEqual([{ digest: "a" }, { digest: "b" }, { digest: "c" }]);
  expect(graph.calls.length).toBe(3);
});

const cannotStream = "FILE_UPLOADS_OPERATION_CANNOT_STREAM";

describe("refused before a subgraph is called:", () => {
  const unread = file("0", "hello");
  const withMap = (map: string) => form(["operations", singleOperations], ["map", map], unread);

  test.each<[what: string, body: string, status: number, code: string, message: string]>([
    ["nothing", "", 400, cannotStream, "incomplete multipart stream"],
    ["a form without parts", "--b--\r\n", 400, cannotStream, "Missing multipart field 'operations'"],
    [
      "the map first",
      form(["map", singleMap], ["operations", singleOperations]),
      400,
      cannotStream,
      "'operations'",
    ],
    [
      "half an operation",
      "--b\r\nContent-Disposition: form-data; name=operations\r\n\r\n{",
      400,
      cannotStream,
      "incomplete data",
    ],
    ["no map", form(["operations", singleOperations]), 200, cannotStream, "Missing multipart field 'map'"],
    [
      "a file before the map",
      form(["operations", singleOperations], unread, ["map", singleMap]),
      200,
      cannotStream,
      "'map'",
    ],
    ["a map that is no JSON", withMap("{"), 200, cannotStream, "Invalid JSON in the 'map'"],
    [
      "a map that is too large",
      withMap(`${singleMap}${" ".repeat(10_240)}`),
      200,
      cannotStream,
      "exceeded the size limit: 10240 bytes",
    ],
    [
      "a path to nothing",
      withMap('{"0":["variables.nope"]}'),
      200,
      cannotStream,
      "does not point to a valid value",
    ],
    [
      "a batch",
      withMap('{"0":["0.variables.file"]}'),
      200,
      cannotStream,
      "Batched requests are not supported",
    ],
    [
      "too many files in the map",
      withMap('{"0":["variables.file"],"1":[],"2":[],"3":[]}'),
      200,
      "FILE_UPLOADS_LIMITS_MAX_FILES_EXCEEDED",
      "Exceeded the limit of 3 file uploads",
    ],
    [
      "an operation that is not valid, whatever the map",
      form(["operations", operations("mutation { nope }", {})], ["map", "{"]),
      400,
      "GRAPHQL_VALIDATION_FAILED",
      "Cannot query field",
    ],
  ])("%s", async (_, body, status, code, message) => {
    const answer = await send(body);
    expect(answer).toEqual({
      status,
      errors: [expect.objectContaining({ message: expect.stringContaining(message), extensions: { code } })],
    });
    expect(graph.calls).toEqual([]);
  });

  test.each<[what: string, headers: Record<string, string>, status: number, code: string]>([
    ["a form that any page could send", { "apollo-require-preflight": "" }, 400, "CSRF_ERROR"],
    ["a form without a boundary", { "content-type": "multipart/form-data" }, 400, cannotStream],
    ["an answer that the client cannot read", { accept: "text/html" }, 406, "INVALID_ACCEPT_HEADER"],
  ])("%s", async (_, headers, status, code) => {
    expect(await send(good("x"), headers)).toMatchObject({ status, errors: [{ extensions: { code } }] });
    expect(graph.calls).toEqual([]);
  });

  test("operations of another type than JSON", async () => {
    const head = 'Content-Disposition: form-data; name="operations"\r\nContent-Type: text/plain';
    expect(await send(form([head, singleOperations], ["map", singleMap], unread))).toMatchObject({
      status: 415,
    });
  });

  test("operations that are too slow", async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(new TextEncoder().encode(good("x").slice(0, 40))),
    });
    expect(await send(body)).toMatchObject({
      status: 504,
      errors: [{ extensions: { code: "GATEWAY_TIMEOUT" } }],
    });
  });
});

describe("a fetch fails, and no subgraph is called, for", () => {
  const withFiles = (...files: Part[]) =>
    form(["operations", singleOperations], ["map", singleMap], ...files);

  test.each([
    ["a file that is missing", withFiles(), "Missing files in the request: '0'."],
    [
      "a file that is too large",
      withFiles(file("0", "x".repeat(1_001))),
      "Exceeded the limit of 1.0 KB on 'f0' file.",
    ],
    [
      "more files than allowed",
      withFiles(file("7", ""), file("8", ""), file("9", ""), file("0", "")),
      "Exceeded the limit of 3 file uploads",
    ],
    [
      "a file that ends in the middle",
      `${good("").slice(0, -"--b--\r\n".length - 2)}hel`,
      'field "0" received with incomplete data',
    ],
    ["a part with nonsense for headers", withFiles(["a b: c", ""]), "failed to read headers"],
  ])("%s", async (_, body, reason) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status: 200, data: null });
    const [error] = answer.errors ?? [];
    expect(error?.extensions).toMatchObject({ code: "SUBREQUEST_HTTP_ERROR", service: "uploads" });
    expect(error?.message).toContain(reason);
    expect(graph.calls).toEqual([]);
  });

  test("an upload that is cancelled; the router goes on", async () => {
    const cancelled = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(new TextEncoder().encode(good("never ends").slice(0, -12))),
    });
    const answer = send(body, {}, cancelled.signal);
    await Bun.sleep(100);
    cancelled.abort();
    await expect(answer).rejects.toThrow("abort");
    expect(await send(good("next"))).toMatchObject({ data: { file: { body: "next" } } });
    expect(graph.calls.length).toBe(1);
  });
});

test("a file that nobody wants is passed over, and one of the largest size is taken", async () => {
  const largest = "x".repeat(1_000);
  const files = [file("7", "unwanted"), file("0", largest)];
  const body = form(["operations", singleOperations], ["map", singleMap], ...files);
  expect(await send(body)).toMatchObject({ data: { file: { body: largest } } });
  expect(Object.keys(graph.calls[0]!.files)).toEqual(["0"]);
});

test("a form without end is read up to what the limits allow together, and not held", async () => {
  const piece = new Uint8Array(65_536).fill(120);
  const head = form(["operations", singleOperations], ["map", singleMap], file("7", ""));
  let sentBytes = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(stream) {
      stream.enqueue(
        sentBytes === 0 ? new TextEncoder().encode(head.slice(0, -"--b--\r\n".length - 2)) : piece,
      );
      sentBytes += piece.length;
    },
  });
  const residentBefore = router.residentBytes;
  const answer = await send(body);
  expect(answer.errors?.[0]?.message).toContain("stream size exceeded limit: 2177080 bytes");
  expect(router.residentBytes - residentBefore).toBeLessThan(24 * 1024 * 1024);
  expect(sentBytes).toBeLessThan(24 * 1024 * 1024);
});

test.each([
  ["off", "preview_file_uploads: { enabled: false, protocols: { multipart: {} } }"],
  [
    "without their protocol",
    "preview_file_uploads: { enabled: true, protocols: { multipart: { enabled: false } } }",
  ],
  ["not configured", ""],
])("with uploads %s, a form is no request", async (_, yaml) => {
  await using other = await startRouter({ supergraph: graph.supergraphSdl, yaml });
  const answer = await send(good("x"), {}, undefined, other);
  expect(answer).toMatchObject({
    status: 415,
    errors: [{ extensions: { code: "INVALID_CONTENT_TYPE_HEADER" } }],
  });
});

test("what is wrong with a file is a subgraph's error, which clients see only if they may", async () => {
  const uploads = "preview_file_uploads: { enabled: true, protocols: { multipart: {} } }";
  const yaml = `${uploads}\ninclude_subgraph_errors: { all: false }`;
  await using other = await startRouter({ supergraph: graph.supergraphSdl, yaml });
  const body = form(["operations", singleOperations], ["map", singleMap]);
  const errors = [{ message: "Subgraph errors redacted", path: [] }];
  expect(await send(body, {}, undefined, other)).toEqual({ status: 200, data: null, errors });
});

test("where subgraphs get hashes in their queries' place, forms keep their query", async () => {
  const uploads = "preview_file_uploads: { enabled: true, protocols: { multipart: {} } }";
  const yaml = `${uploads}\napq: { subgraph: { all: { enabled: true } } }`;
  await using other = await startRouter({ supergraph: graph.supergraphSdl, yaml });
  await other.query("{ ready }");
  expect(await send(good("x"), {}, undefined, other)).toMatchObject({ data: { file: { body: "x" } } });
  const [plain, sent] = graph.calls.map(({ operations }) => operations);
  expect(plain).not.toHaveProperty("query");
  expect(plain).toMatchObject({ extensions: { persistedQuery: { version: 1 } } });
  expect(sent).toMatchObject({ query: expect.stringContaining("singleUpload") });
  expect(sent).not.toHaveProperty("extensions");
});

type Part = [nameOrHead: string, content: string];

function file(name: string, content: string): Part {
  return [`Content-Disposition: form-data; name="${name}"; filename="f${name}"`, content];
}

function good(content: string): string {
  return form(["operations", singleOperations], ["map", singleMap], file("0", content));
}

function form(...parts: Part[]): string {
  const written = parts.map(([name, content]) => {
    const head = name.includes(":") ? name : `Content-Disposition: form-data; name="${name}"`;
    return `--b\r\n${head}\r\n\r\n${content}\r\n`;
  });
  return `${written.join("")}--b--\r\n`;
}

function startWith(limits: string): Promise<RouterProcess> {
  const uploads = `preview_file_uploads: { enabled: true, protocols: { multipart: { limits: { ${limits} } } } }`;
  const shaping = "traffic_shaping: { all: { deduplicate_query: true } }";
  return startRouter({
    supergraph: graph.supergraphSdl,
    yaml: `${uploads}\n${shaping}\ninclude_subgraph_errors: { all: true }`,
  });
}

/** An empty header is left out. */
async function send(
  body: BunFetchRequestInit["body"],
  changes: Record<string, string> = {},
  signal?: AbortSignal,
  to: RouterProcess = router,
): Promise<GraphqlAnswer & { status: number }> {
  const all = {
    "content-type": "multipart/form-data; boundary=b",
    "apollo-require-preflight": "1",
    ...changes,
  };
  const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
  const response = await fetch(to.url, {
    method: "POST",
    headers,
    body: body ?? null,
    signal: signal ?? null,
  });
  return { status: response.status, ...((await response.json()) as GraphqlAnswer) };
}
