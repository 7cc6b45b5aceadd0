import { expect, test } from "bun:test";
import { printProblem } from "../problem.ts";
import { readYamlTree } from "../read/yaml-tree.ts";
import { checkTree } from "./check.ts";
import { closedNames, lazy, list, map, object, oneOf, openNames, section, union } from "./compound.ts";
import { boolean, bytes, duration, headerValue, integer, text } from "./scalar.ts";
import type { Schema } from "./schema.ts";

function check(schema: Schema, yaml: string) {
  const checked = checkTree(schema, readYamlTree(yaml).root);
  return { ...checked, printed: checked.problems.map((problem) => printProblem(problem, "f")) };
}

const shaping = object({
  read_timeout: duration().default("30s"),
  body_size: bytes().optional(),
  max_bytes: bytes().optional(),
  retries: integer({ min: 1, max: 5 }).default(2),
});

test("names become camel case with the unit last, once", () => {
  const { value } = check(shaping, "read_timeout: 2s\nbody_size: 1KiB\nmax_bytes: 1KB");
  expect(value).toEqual({ readTimeoutMs: 2_000, bodySizeBytes: 1_024, maxBytes: 1_000, retries: 2 });
});

test("what is absent has its default, or nothing", () => {
  const { value } = check(shaping, "{}");
  expect(value).toEqual({ readTimeoutMs: 30_000, bodySizeBytes: undefined, maxBytes: undefined, retries: 2 });
});

test("every problem is told, each at its place", () => {
  const { printed } = check(shaping, "read_timout: 2s\nretries: 9\nbody_size:\n  - 1\n");
  expect(printed).toEqual([
    'f:1:1: read_timout: unknown key; did you mean "read_timeout"?',
    "f:2:10: retries: 9 must be from 1 to 5",
    'f:4:3: body_size: expected a size such as "2MB" or "512KiB", got a list',
  ]);
});

test("empty is nothing only where nothing is allowed", () => {
  expect(check(shaping, "body_size:").printed).toEqual([]);
  expect(check(shaping, "retries:").printed).toEqual([
    "f:1:9: retries: expected a whole number, got nothing",
  ]);
  const omittable = object({ size: bytes().omittable() });
  expect(check(omittable, "{}").printed).toEqual([]);
  expect(check(omittable, "size: ~").printed).toHaveLength(1);
});

test("none can be asked for where there is a default", () => {
  const schema = object({ idle: duration().defaultOrNone("15s") });
  expect(check(schema, "{}").value).toEqual({ idleMs: 15_000 });
  expect(check(schema, "idle: null").value).toEqual({ idleMs: undefined });
});

test("a missing key is told where its mapping begins", () => {
  const schema = object({ cache: object({ limit: integer() }) });
  expect(check(schema, "\ncache: {}\n").printed).toEqual(['f:2:1: cache: the key "limit" is missing']);
});

test("a union takes the first alternative that fits", () => {
  const schema = object({ heartbeat: union(oneOf("off", "on"), duration()) });
  expect(check(schema, "heartbeat: off").value).toEqual({ heartbeat: "off" });
  expect(check(schema, "heartbeat: 5s").value).toEqual({ heartbeat: 5_000 });
  expect(check(schema, "heartbeat: {}").printed).toEqual([
    'f:1:12: heartbeat: expected "off" or "on" or a duration such as "30s", "500ms" or "1h 30m", got a mapping',
  ]);
});

test("of a union's mappings the one meant explains what is wrong", () => {
  const schema = object({
    insert: union(
      object({ name: text(), value: text() }),
      object({ name: text(), path: text(), default: text().optional() }),
    ),
  });
  expect(check(schema, "insert: { name: a, path: b, defualt: c }").printed).toEqual([
    'f:1:29: insert.defualt: unknown key; did you mean "default"?',
  ]);
  expect(check(schema, "insert: { nmae: a }").printed).toEqual([
    'f:1:11: insert.nmae: unknown key; did you mean "name"?',
  ]);
});

test("lists may have bounds and no item twice", () => {
  const schema = object({
    pair: list(integer(), { itemsMin: 2, itemsMax: 2 }),
    set: list(text(), { unique: true }),
  });
  expect(check(schema, "pair: [1]\nset: [a, b, a]").printed).toEqual([
    "f:1:7: pair: must have 2 items, has 1",
    "f:2:13: set[2]: is in the list twice",
  ]);
});

test("maps and free names keep their keys", () => {
  const schema = object({
    by_name: map(boolean()),
    attributes: openNames({ "http.route_x": boolean() }, text()),
  });
  const { value } = check(
    schema,
    'by_name: { one_two: true }\nattributes: { http.route_x: true, my_key: "v" }',
  );
  expect(value).toEqual({
    byName: { one_two: true },
    attributes: { "http.route_x": true, my_key: "v" },
  });
  expect(check(closedNames({ a_b: boolean() }), "a_b: true").value).toEqual({ a_b: true });
});

test("what contains itself is checked to its depth", () => {
  const condition: Schema = union(object({ not: lazy(() => condition) }), oneOf("true"));
  expect(check(object({ when: condition }), "when: { not: { not: 'true' } }").problems).toEqual([]);
  expect(check(object({ when: condition }), "when: { not: { not: 'maybe' } }").printed).toEqual([
    'f:1:21: when.not.not: expected a mapping or "true", got text "maybe"',
  ]);
});

test("checks run on right values only, and point below them", () => {
  const schema = object({ ports: list(integer()) }).check(({ ports }, report) => {
    if (ports[0] === ports[1]) {
      report(["ports", 1], "is taken");
    }
  });
  expect(check(schema, "ports: [1, 1]").printed).toEqual(["f:1:12: ports[1]: is taken"]);
  expect(check(schema, "ports: [x, x]").printed).toHaveLength(2);
});

test("each key is told with its state", () => {
  const schema = object({
    path: text(),
    pool: section({ size: integer().default(1) }).ignored("no pool"),
    script: object({ file: text(), enabled: boolean() }).refused("scripts", ({ enabled }) => enabled),
  });
  const on = check(schema, "path: /\npool: { size: 2 }\nscript: { file: a, enabled: true }");
  expect(on.keys.map(({ path, state }) => [path, state])).toEqual([
    ["path", "supported"],
    ["pool.size", "ignored"],
    ["script.file", "refused"],
    ["script.enabled", "refused"],
  ]);
  expect(on.refused).toEqual([{ path: "script", position: { line: 3, column: 1 }, feature: "scripts" }]);
  const off = check(schema, "path: /\nscript: { file: a, enabled: false }");
  expect(off.refused).toEqual([]);
  expect(off.keys.at(-1)?.state).toBe("ignored");
});

test("a key may be supported but for some values", () => {
  const schema = object({
    mode: oneOf("watch", "enforce").refusedWhen("watching", (mode) => mode === "watch"),
  });
  const stateOf = (yaml: string) => {
    const { keys, refused } = check(schema, yaml);
    return [keys[0]?.state, refused.map(({ feature }) => feature)];
  };
  expect(stateOf("mode: enforce")).toEqual(["supported", []]);
  expect(stateOf("mode: watch")).toEqual(["refused", ["watching"]]);
});

test("what is without effect is not refused inside", () => {
  const inner = object({ script: text().refused("scripts") });
  const { keys, refused } = check(object({ unused: inner.ignored("unused") }), "unused: { script: a }");
  expect([keys[0]?.state, refused]).toEqual(["ignored", []]);
});

test("a default that its own schema does not take is a broken invariant", () => {
  expect(() => check(object({ size: bytes().default("many") }), "{}")).toThrow("bad default");
});

test("header values hold no control characters", () => {
  const schema = object({ value: headerValue() });
  expect(check(schema, 'value: "a\\tb é"').problems).toEqual([]);
  expect(check(schema, 'value: "a\\nb"').problems).toHaveLength(1);
});

test("names of the language are no keys", () => {
  expect(check(object({ a: text().optional() }), "constructor: x\n__proto__: y").printed).toHaveLength(2);
});
