import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import {
  type Body,
  HostileTarget,
  type Refusal,
  readRefusal,
  refusals,
  times,
} from "./support/hostile-target.ts";
import { RawConnection, writePost } from "./support/raw-connection.ts";

setDefaultTimeout(20_000);

let target: HostileTarget;
beforeAll(async () => {
  const yaml = [
    "supergraph: { listen: 127.0.0.1:0, introspection: false }",
    "headers: { all: { request: { operations: [{ propagate: { matching: '^x-' } }, { propagate: { named: cookie } }] } } }",
  ].join("\n");
  target = await HostileTarget.start(yaml);
});
afterAll(() => target[Symbol.asyncDispose]());

const { invalid, unreadable, tooBig, answered, notIntrospected } = refusals;
const badVariable: Refusal = { status: 400, code: "VALIDATION_INVALID_TYPE_VARIABLE" };
const unknownOperation: Refusal = { status: 400, code: "GRAPHQL_UNKNOWN_OPERATION_NAME" };
const noBatches: Refusal = { status: 400, code: "BATCHING_NOT_ENABLED" };
const badContentType: Refusal = { status: 415, code: "INVALID_CONTENT_TYPE_HEADER" };

const bytes = (text: string) => new TextEncoder().encode(text);
const spaces = bytes(`{"query":"${" ".repeat(100 * 2 ** 20)}"}`);
const packed = (body: Uint8Array) => new Uint8Array(body);

describe("a body", () => {
  const bodies: Record<string, [body: () => Body, expected: Refusal, headers?: Record<string, string>]> = {
    "a thousand times larger once gzip is unpacked": [
      () => packed(gzipSync(spaces)),
      tooBig,
      { "content-encoding": "gzip" },
    ],
    "far larger once brotli is unpacked": [
      () => packed(brotliCompressSync(spaces)),
      tooBig,
      { "content-encoding": "br" },
    ],
    "far larger once deflate is unpacked": [
      () => packed(deflateSync(spaces)),
      tooBig,
      { "content-encoding": "deflate" },
    ],
    "packed twice": [
      () => packed(gzipSync(gzipSync(bytes('{"query":"{me{id}}"}')))),
      { status: 415, code: undefined },
      { "content-encoding": "gzip, gzip" },
    ],
    "packed as nobody packs": [
      () => '{"query":"{me{id}}"}',
      { status: 415, code: undefined },
      { "content-encoding": "rot13" },
    ],
    "packed and cut off": [
      () => packed(gzipSync(bytes('{"query":"{me{id}}"}')).subarray(0, 20)),
      unreadable,
      { "content-encoding": "gzip" },
    ],
    "of UTF-16": [() => packed(Buffer.from('{"query":"{me{id}}"}', "utf16le")), unreadable],
    "that begins with a byte order mark": [() => '\uFEFF{"query":"{me{id}}"}', answered],
    "of bytes that no text has, in a string": [
      () =>
        packed(
          Buffer.concat([bytes('{"query":"{any(value:\\"'), Buffer.from([0xc3, 0x28]), bytes('\\")}"}')]),
        ),
      answered,
    ],
    "with the same key twice": [() => '{"query":"{nothing}","query":"{me{id}}"}', answered],
    "with keys that nobody knows": [() => `{"query":"{me{id}}",${keys(50_000)}}`, answered],
    "with a query that is no text": [() => '{"query":{"a":1}}', unreadable],
    "with variables that are a list": [() => '{"query":"{me{id}}","variables":[1]}', unreadable],
    "with extensions that are a text": [() => '{"query":"{me{id}}","extensions":"x"}', unreadable],
    "that is null": [() => "null", unreadable],
    "that is nothing": [() => "", unreadable],
    "that is a batch of introspections": [
      () => '[{"query":"{__schema{types{name}}}"},{"query":"{me{id}}"}]',
      noBatches,
    ],
    "that is a batch of a million": [() => `[${"{},".repeat(500_000)}{}]`, noBatches],
    "that calls itself a form": [
      () => "query=%7Bme%7Bid%7D%7D",
      badContentType,
      { "content-type": "application/x-www-form-urlencoded", "apollo-require-preflight": "1" },
    ],
    "that calls itself XML": [
      () => '{"query":"{me{id}}"}',
      badContentType,
      { "content-type": "text/xml", "x-apollo-operation-name": "a" },
    ],
    "that a page of another origin can send": [
      () => '{"query":"{me{id}}"}',
      { status: 400, code: "CSRF_ERROR" },
      { "content-type": "text/plain" },
    ],
  };

  test.each(Object.keys(bodies))("%s", async (name) => {
    const [body, expected, headers] = bodies[name]!;
    expect(await target.send(body(), headers)).toEqual(expected);
    await target.expectWell();
  });
});

describe("variables", () => {
  const counted = "query($n:Int,$f:Float){count(n:$n,f:$f)}";
  const filtered = "query($v:Filter){find(filter:$v){id}}";
  const anything = "query($v:Any){any(value:$v)}";
  const digits = "9".repeat(400);

  test.each<[string, string, string, Refusal]>([
    ["an Int beyond 32 bits", counted, '{"n":2147483648}', badVariable],
    ["an Int of four hundred digits", counted, `{"n":${digits}}`, badVariable],
    ["a Float that is infinite once read", counted, '{"f":1e999}', badVariable],
    ["a number of ten thousand digits", anything, `{"v":0.${"1".repeat(10_000)}}`, answered],
    ["an exponent without end", anything, `{"v":1e${"9".repeat(1_000)}}`, badVariable],
    ["a list of a million", anything, `{"v":[${"1,".repeat(900_000)}1]}`, answered],
    ["a list where an object belongs", filtered, '{"v":[[[]]]}', badVariable],
    ["a field that nobody knows", filtered, '{"v":{"nothing":1}}', badVariable],
    ["a hundred thousand fields that nobody knows", filtered, `{"v":{${keys(100_000)}}}`, badVariable],
    ["a hundred thousand variables that nobody declared", anything, `{${keys(100_000)}}`, answered],
  ])("%s", async (_, query, variables, expected) => {
    expect(await target.send(`{"query":${JSON.stringify(query)},"variables":${variables}}`)).toEqual(
      expected,
    );
    await target.expectWell();
  });
});

describe("directives and names", () => {
  test.each<[string, string, Refusal]>([
    ["thousands of directives on one field", `{me{id ${"@skip(if:false) ".repeat(1_500)}}}`, invalid],
    [
      "thousands of directives on many fields",
      `{me{${times(900, (i) => `a${i}:id @include(if:true)`)}}}`,
      answered,
    ],
    ["thousands of unknown directives", `{me{id ${times(2_000, (i) => `@d${i}`)}}}`, invalid],
    ["thousands of unused variables", `query(${times(2_500, (i) => `$v${i}:Int`)}){me{id}}`, invalid],
    [
      "thousands of unused fragments",
      `{me{id}} ${times(1_200, (i) => `fragment F${i} on Person{id}`)}`,
      invalid,
    ],
    [
      "thousands of fragments of one name",
      `{me{...F}} ${times(1_200, () => "fragment F on Person{id}")}`,
      invalid,
    ],
    ["thousands of operations", times(1_500, (i) => `query Q${i}{me{id}}`), invalid],
    [
      "one field under different arguments",
      `{${times(500, (i) => `find(filter:{name:"${i}"}){id}`)}}`,
      invalid,
    ],
    ["a comment of two million letters", `#${"x".repeat(1_900_000)}\n{me{id}}`, answered],
    ["a type definition", "type Query{me:String}", invalid],
    ["an emoji for a name", "{me{😀}}", { status: 400, code: "PARSING_ERROR" }],
    ["a text that turns around", '{any(value:"\u202e\u2066")}', answered],
  ])("%s", async (_, query, expected) => {
    expect(await target.ask(query)).toEqual(expected);
    await target.expectWell();
  });
});

describe("introspection that is off stays off", () => {
  test.each<[string, string]>([
    ["under an alias", "{harmless:__schema{types{name}}}"],
    ["by __type", '{__type(name:"Person"){fields{name}}}'],
    ["in a fragment", '{...F} fragment F on Query{...G} fragment G on Query{__type(name:"Query"){name}}'],
    ["in an inline fragment", "{...on Query{...{__schema{queryType{name}}}}}"],
    ["behind a condition that holds", "query($y:Boolean=true){__schema @include(if:$y){types{name}}}"],
  ])("%s", async (_, query) => {
    expect(await target.ask(query)).toEqual(notIntrospected);
    const response = await fetch(`${target.router.url}?query=${encodeURIComponent(query)}`, {
      headers: { "apollo-require-preflight": "1" },
    });
    expect(await readRefusal(response)).toEqual(notIntrospected);
  });
});

describe("an operation's name", () => {
  test.each<[string, string, unknown, Refusal]>([
    ["that is another's", "query A{me{id}}", "B", unknownOperation],
    ["that is empty", "query A{me{id}}", "", unknownOperation],
    ["that is left out of two", "query A{me{id}} query B{me{id}}", undefined, invalid],
    ["of two million letters", "query A{me{id}}", "x".repeat(1_900_000), unknownOperation],
    ["with a line break", "query A{me{id}}", "A\nquery A", unknownOperation],
    ["that is a number", "query A{me{id}}", 1, unreadable],
    ["that is __proto__", "query A{me{id}}", "__proto__", unknownOperation],
  ])("%s", async (_, query, operationName, expected) => {
    expect(await target.ask(query, { operationName })).toEqual(expected);
    await target.expectWell();
  });
});

describe("a head", () => {
  const post = writePost('{"query":"{me{id}}"}');

  async function exchange(text: string): Promise<string> {
    using connection = new RawConnection(target.router.port);
    await connection.opened;
    connection.send(text);
    await Promise.race([connection.receives("\r\n\r\n"), connection.closed]);
    return connection.received.split("\r\n")[0] ?? "";
  }

  test.each<[string, string, RegExp]>([
    ["that asks for a path up and away", post.replace("POST /", "POST /../../etc/passwd"), /^HTTP\/1.1 404/],
    ["that asks for it in code", post.replace("POST /", "POST /%2e%2e/%2e%2e/etc/passwd"), /^HTTP\/1.1 404/],
    ["that asks for a null byte", post.replace("POST /", "POST /%00"), /^HTTP\/1.1 404/],
    ["that asks for two slashes", post.replace("POST /", "POST //x"), /^HTTP\/1.1 404/],
    [
      "that asks for another host's page",
      post.replace("POST /", "POST http://other.example/"),
      /^HTTP\/1.1 (200|400|404)/,
    ],
    ["with a method that nobody has", post.replace("POST", "BREW"), /^(HTTP\/1.1 4|$)/],
    [
      "with a line that is folded",
      post.replace("host: localhost\r\n", "host: localhost\r\nx-a: 1\r\n 2\r\n"),
      /^(HTTP\/1.1 4|$)/,
    ],
    [
      "with two forms of length",
      post.replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n"),
      /^(HTTP\/1.1 4|$)/,
    ],
    ["with a chunk size that is no number", `${chunkedHead()}zz\r\n`, /^(HTTP\/1.1 [45]|$)/],
    ["with a null byte in a header", post.replace("\r\n\r\n", "\r\nx-a: \u0000\r\n\r\n"), /^(HTTP\/1.1 4|$)/],
  ])("%s", async (_, text, expected) => {
    target.people.reset(target.people.answer);
    const line = await exchange(text);
    expect(line).toMatch(expected);
    if (!line.includes("200")) expect(target.people.calls).toEqual([]);
    await target.expectWell();
  });

  test("with a thousand cookies, one of which would begin a header", async () => {
    const cookies = times(1_000, (index) => `c${index}=${index};`);
    target.people.reset(target.people.answer);
    expect(
      await target.send('{"query":"{me{id}}"}', {
        cookie: `${cookies.slice(0, 8_000)}; a=%0d%0ax-injected: 1`,
      }),
    ).toEqual(answered);
    expect(target.people.calls[0]!.headers.get("x-injected")).toBeNull();
    await target.expectWell();
  });

  test("that lies: the body is shorter than it says, and the client waits", async () => {
    using connection = new RawConnection(target.router.port);
    await connection.opened;
    connection.send(post.replace(/content-length: \d+/, "content-length: 1000000"));
    await target.expectWell();
    expect(connection.received).toBe("");
  });

  test("that lies: more follows than it says, and is no request", async () => {
    using connection = new RawConnection(target.router.port);
    await connection.opened;
    target.people.reset(target.people.answer);
    connection.send(`${post}${"\u0000garbage\r\n\r\n".repeat(1_000)}`);
    await connection.closed;
    expect(target.people.calls.length).toBeLessThanOrEqual(1);
    await target.expectWell();
  });

  test("with pieces of a body that never end: refused at the bound, not at the end", async () => {
    using connection = new RawConnection(target.router.port);
    await connection.opened;
    connection.send(chunkedHead());
    const piece = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const sending = setInterval(() => connection.send(piece), 1);
    await Promise.race([connection.receives("HTTP/1.1 413"), connection.closed]).finally(() =>
      clearInterval(sending),
    );
    expect(connection.received.split("\r\n")[0]).toStartWith("HTTP/1.1 413");
    await target.expectWell();
  });
});

test("limits that are set are kept, each with its own code", async () => {
  const limits =
    "max_depth: 5, max_height: 20, max_aliases: 3, max_root_fields: 2, http_max_request_bytes: 4000";
  await using small = await HostileTarget.start(
    `supergraph: { listen: 127.0.0.1:0 }\nlimits: { router: { ${limits}, parser_max_tokens: 300, parser_max_recursion: 20 } }`,
  );
  const deep = (depth: number) => `{me${"{friend".repeat(depth)}{id}${"}".repeat(depth)}}`;
  expect(await small.ask(deep(3))).toEqual(answered);
  expect(await small.ask(deep(4))).toEqual({ status: 400, code: "MAX_DEPTH_LIMIT" });
  expect(await small.ask(`{me{${times(21, () => "id friend{id}")}}}`)).toEqual({
    status: 400,
    code: "MAX_HEIGHT_LIMIT",
  });
  expect(await small.ask("{me{a:id b:id c:id d:id}}")).toEqual({ status: 400, code: "MAX_ALIASES_LIMIT" });
  expect(await small.ask("{me{id} x:me{id} y:me{id}}")).toEqual({
    status: 400,
    code: "MAX_ROOT_FIELDS_LIMIT",
  });
  expect(await small.ask(`{me{${"id ".repeat(300)}}}`)).toEqual(refusals.parseError);
  expect(await small.ask(deep(30))).toEqual(refusals.parseError);
  expect(await small.ask(`{any(value:"${"a".repeat(4_000)}")}`)).toEqual(tooBig);
  const search = new URLSearchParams({ query: `{any(value:"${"a".repeat(4_000)}")}` });
  const got = await fetch(`${small.router.url}?${search}`, { headers: { "apollo-require-preflight": "1" } });
  expect(got.status).toBe(414);
  await small.expectWell();
});

test("a flood of the worst of it, fifty at a time, leaves the process within its bound", async () => {
  const bomb = packed(gzipSync(spaces));
  const aliases = `{me{${times(3_000, (index) => `x${index}:id`)}}}`;
  const floods: (() => Promise<Refusal>)[] = [
    () => target.send(`{"query":"${" ".repeat(1_900_000)}"}`),
    () => target.send(bomb, { "content-encoding": "gzip" }),
    () =>
      target.send(`{"query":"query($v:Any){any(value:$v)}","variables":{"v":"${"a".repeat(1_900_000)}"}}`),
    () => target.ask(aliases),
    () => target.send("[".repeat(1_900_000)),
  ];
  let most = 0;
  for (let round = 0; round < 3; round++) {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => floods[index % floods.length]!()),
    );
    expect(outcomes.filter(({ status }) => ![200, 400, 413, 503].includes(status))).toEqual([]);
    most = Math.max(most, target.router.residentBytes);
  }
  expect(most).toBeLessThan(floodBytesMax);
  expect(await target.ask("{ me { name } }")).toEqual(answered);
}, 60_000);

/** Fifty bodies of two megabytes at once, as bytes, as texts and on to a subgraph, beside what the process has anyway. */
const floodBytesMax = 800 * 2 ** 20;

function keys(count: number): string {
  return Array.from({ length: count }, (_, index) => `"k${index}":${index}`).join();
}

function chunkedHead(): string {
  return "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
}
