import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Body, HostileTarget, type Refusal, refusals, times } from "./support/hostile-target.ts";
import { RawConnection, writePost } from "./support/raw-connection.ts";

setDefaultTimeout(20_000);

let target: HostileTarget;

beforeAll(async () => {
  const yaml = [
    "supergraph: { listen: 127.0.0.1:0, introspection: false }",
    "headers: { all: { request: [{ propagate: { matching: 'x-.*' } }] } }",
  ].join("\n");
  target = await HostileTarget.start(yaml);
});
afterAll(() => target[Symbol.asyncDispose]());

const { parseError, invalid, unreadable, tooBig, tooManyFields, answered, notIntrospected } = refusals;

function nest(depth: number, open: string, inner: string, close: string): string {
  return open.repeat(depth) + inner + close.repeat(depth);
}

function doubling(levels: number): string {
  const fragments = times(
    levels,
    (level) => `fragment F${level} on Person { friend { ...F${level + 1} } x: friend { ...F${level + 1} } }`,
  );
  return `{ me { ...F0 } } ${fragments} fragment F${levels} on Person { name }`;
}

const operations: Record<string, [query: string, expected: Refusal]> = {
  "selections nested without end": [nest(100_000, "{me", "", ""), parseError],
  "selections nested past Apollo Router's depth": [`{me${nest(200, "{friend", "{id}", "}")}}`, invalid],
  "selections nested as deep as they may": [`{me${nest(127, "{friend", "{id}", "}")}}`, answered],
  "inline fragments nested as deep as they may": [`{me${nest(490, "{...", "{id}", "}")}}`, answered],
  "inline fragments nested through fragments": [
    `{me{...F0}} ${times(12, (i) => `fragment F${i} on Person ${nest(300, "{...", `{...F${i + 1}}`, "}")}`)} fragment F12 on Person{id}`,
    answered,
  ],
  "a chain of fragments": [
    `{me{...F0}} ${times(700, (i) => `fragment F${i} on Person{...F${i + 1}}`)} fragment F700 on Person{id}`,
    answered,
  ],
  "lists nested without end": [`{any(value:${"[".repeat(100_000)}`, parseError],
  "lists nested as deep as they may": [`{any(value:${nest(490, "[", "1", "]")})}`, answered],
  "objects nested as deep as they may": [`{any(value:${nest(490, "{a:", "1", "}")})}`, answered],
  "types nested as deep as they may": [`query($v:${nest(490, "[", "Int", "]")}){any(value:$v)}`, invalid],
  "more tokens than are read": [`{me{${"id ".repeat(10_000)}}}`, parseError],
  "one field again and again": [`{me{${"id ".repeat(7_000)}}}`, answered],
  "thousands of aliases": [`{me{${times(3_500, (i) => `x${i}:id`)}}}`, answered],
  "thousands of aliased entity fields": [`{${times(1_200, (i) => `x${i}:me{review}`)}}`, answered],
  "thousands of root fields": [`{${times(2_000, (i) => `x${i}:me{id}`)}}`, answered],
  "fragments that double sixteen times": [doubling(16), invalid],
  "fragments that double twelve times": [doubling(12), tooManyFields],
  "fragments that contain one another": [
    `{me{...F0}} ${times(500, (i) => `fragment F${i} on Person{friend{...F${(i + 1) % 500}}}`)}`,
    invalid,
  ],
  "fields that nobody knows": [`{${times(5_000, (i) => `nothing${i}`)}}`, invalid],
  "arguments that nobody knows": [`{me(${times(3_000, (i) => `a${i}:1`)}){id}}`, invalid],
  "a name of two million letters": [`query ${"a".repeat(1_900_000)}($v:Int $w:Int){me{id}}`, invalid],
  "a string of two million letters": [`{any(value:"${"a".repeat(1_900_000)}")}`, answered],
  "a number of two million digits": [`{find(filter:${"1".repeat(1_900_000)}){id}}`, invalid],
  "a block string of empty lines": [`{any(value:"""${"\n".repeat(900_000)}""")}`, answered],
  "a string without an end": [`{any(value:"${"a".repeat(1_900_000)}`, parseError],
  "a block string without an end": [`{any(value:"""${"a\n".repeat(450_000)}`, parseError],
  "a null byte": ["{me{id\u0000}}", parseError],
  "a null byte in a string": [`{any(value:"\u0000")}`, answered],
  "half a character": [`{any(value:"\ud800")}`, parseError],
  "half a character, escaped": [`{any(value:"\\ud800")}`, parseError],
  "__proto__ as an alias": ["{me{__proto__:id}}", invalid],
  "__proto__ as a variable": ["query($__proto__:Any){any(value:$__proto__)}", answered],
  "__proto__ as a field": ["{me{__proto__}}", invalid],
  "__proto__ as an argument": ["{me(__proto__:1){id}}", invalid],
  "__proto__ as a fragment": ["{me{...__proto__}} fragment __proto__ on Person{id}", answered],
  "__proto__ as an operation": ["query __proto__{me{id}}", answered],
  "constructor and toString as aliases": ["{me{constructor:id toString:name hasOwnProperty:id}}", answered],
  "constructor as a variable": ["query($constructor:Any){any(value:$constructor)}", answered],
  "constructor as a field": ["{me{constructor}}", invalid],
  "constructor as a type": ["{me{...on constructor{id}}}", invalid],
  "introspection, which is off": ["{__schema{types{name}}}", notIntrospected],
  "introspection, hidden in a fragment": [
    "{...F} fragment F on Query{x:__schema{types{name}}}",
    notIntrospected,
  ],
  "introspection beside a field": [
    "{me{id} __schema{types{name}}}",
    { status: 200, code: "MIXED_INTROSPECTION" },
  ],
};

describe("an operation of", () => {
  test.each(Object.keys(operations))("%s", async (name) => {
    const [query, expected] = operations[name]!;
    const first = await target.ask(query);
    expect(first).toEqual(expected);
    await target.expectWell();
    // The second and third time an operation goes through code that is written for it.
    for (let again = 0; again < 2; again++) expect(await target.ask(query)).toEqual(expected);
  });
});

const query = "query($v:Any){any(value:$v)}";
const filtered = "query($v:Filter){find(filter:$v){id}}";
const withVariable = (text: string, value: string) =>
  `{"query":${JSON.stringify(text)},"variables":{"v":${value}}}`;
const gzip = (text: string) => Bun.gzipSync(new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>);

const bodies: Record<string, [body: () => Body, expected: Refusal, headers?: Record<string, string>]> = {
  "JSON that is cut off": [() => '{"query":', unreadable],
  "JSON nested without end": [() => "[".repeat(1_900_000), unreadable],
  "a variable nested without end": [() => withVariable(query, nest(200_000, "[", "", "]")), unreadable],
  "an input object nested without end": [
    () => withVariable(filtered, nest(100_000, '{"and":', "{}", "}")),
    unreadable,
  ],
  "a variable nested as deep as it may": [() => withVariable(query, nest(125, "[", "", "]")), answered],
  "an input object nested as deep as it may": [
    () => withVariable(filtered, nest(124, '{"and":', "{}", "}")),
    answered,
  ],
  "a variable of two million bytes": [() => withVariable(query, `"${"a".repeat(1_900_000)}"`), answered],
  "a variable with a hundred thousand keys": [
    () => withVariable(query, `{${times(100_000, (i) => `"k${i}":${i},`).slice(0, -1)}}`),
    answered,
  ],
  "a variable with __proto__ in it": [() => withVariable(query, '{"__proto__":{"reached":1}}'), answered],
  "an input object with __proto__ in it": [
    () => withVariable(filtered, '{"__proto__":{"name":"x"}}'),
    { status: 400, code: "VALIDATION_INVALID_TYPE_VARIABLE" },
  ],
  "more bytes than are read": [() => `{"query":"${" ".repeat(2_100_000)}"}`, tooBig],
  "a hundred megabytes": [() => new Uint8Array(100 * 2 ** 20), tooBig],
  "a thousand times more once unpacked": [
    () => gzip(`{"query":"${" ".repeat(200 * 2 ** 20)}"}`),
    tooBig,
    { "content-encoding": "gzip" },
  ],
  "what calls itself packed and is not": [
    () => '{"query":"{me{id}}"}',
    unreadable,
    { "content-encoding": "gzip" },
  ],
  "bytes that are no text": [() => new Uint8Array([0x7b, 0xff, 0xfe, 0x00, 0x7d]), unreadable],
};

describe("a body of", () => {
  test.each(Object.keys(bodies))("%s", async (name) => {
    const [body, expected, headers] = bodies[name]!;
    expect(await target.send(body(), headers)).toEqual(expected);
    await target.expectWell();
  });
});

describe("a head with", () => {
  test("a line break in a header that goes on to subgraphs", async () => {
    target.people.reset(target.people.answer);
    using connection = new RawConnection(target.router.port);
    await connection.opened;
    connection.send(writePost('{"query":"{me{id}}"}', "x-a: 1\rx-injected: 2\r\n"));
    await connection.receives("HTTP/1.1 ");
    for (const { headers } of target.people.calls) expect(headers.has("x-injected")).toBe(false);
    await target.expectWell();
  });

  test("more bytes than a head may have", async () => {
    using connection = new RawConnection(target.router.port);
    await connection.opened;
    connection.send(writePost('{"query":"{me{id}}"}', `x-a: ${"a".repeat(1_000_000)}\r\n`));
    await Promise.race([connection.receives("HTTP/1.1 4"), connection.closed]);
    await target.expectWell();
  });
});
