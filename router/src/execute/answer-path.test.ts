import { describe, expect, test } from "bun:test";
import type { JsonObject, JsonValue } from "../json.ts";
import type { PathSegment } from "../planner/plan.ts";
import { collectObjectPaths, compileCollect } from "./answer-path.ts";

const field = (name: string): PathSegment => ({ kind: "field", name });
const list: PathSegment = { kind: "list" };
const type = (...names: string[]): PathSegment => ({ kind: "type", names });

describe("objects at a path", () => {
  const data = {
    me: { __typename: "Cat", id: 1 },
    all: [{ __typename: "Cat", id: 2 }, null, { __typename: "Dog", id: 3, all: [{ id: 4 }] }],
    rows: [[{ id: 5 }, null], null, [{ id: 6 }]],
    text: "x",
  };

  test.each<[PathSegment[], number[]]>([
    [[field("me")], [1]],
    [[field("me"), type("Dog")], []],
    [
      [field("all"), list],
      [2, 3],
    ],
    [[field("all")], [2, 3]],
    [[field("all"), list, type("Dog"), field("all"), list], [4]],
    [[field("all"), field("all")], []],
    [
      [field("rows"), list],
      [5, 6],
    ],
    [
      [field("rows"), list, list],
      [5, 6],
    ],
    [[field("text")], []],
    [[field("none"), field("me")], []],
    [[field("toString")], []],
    [[field("constructor"), field("prototype")], []],
  ])("%j", (path, ids) => {
    expect(compileCollect(path)(data).map(({ id }) => id as number)).toEqual(ids);
  });
});

test("are found in the order of the ways to them", () => {
  let found = 0;
  for (let seed = 1; seed <= 4_000; seed++) {
    const random = createRandom(seed);
    const data = randomObject(random, 4);
    const path = Array.from({ length: random(6) }, () => randomSegment(random));
    const objects = compileCollect(path)(data);
    const ways = collectObjectPaths(data, path);
    expect({ seed, count: ways.length }).toEqual({ seed, count: objects.length });
    for (const [at, way] of ways.entries()) expect(valueAt(data, way)).toBe(objects[at]!);
    found += objects.length;
  }
  expect(found).toBeGreaterThan(1_000);
});

function valueAt(data: JsonValue, way: readonly (string | number)[]): JsonValue {
  return way.reduce<JsonValue>((value, step) => (value as JsonObject)[step]!, data);
}

type Random = (below: number) => number;

function createRandom(seed: number): Random {
  let state = seed * 7_919;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomSegment(random: Random): PathSegment {
  const kind = random(4);
  if (kind === 0) return type(...(random(2) === 0 ? ["Cat"] : ["Cat", "Dog"]));
  return kind === 1 ? list : field(random(2) === 0 ? "a" : "b");
}

function randomObject(random: Random, depth: number): JsonObject {
  const object: JsonObject = random(3) === 0 ? {} : { __typename: random(2) === 0 ? "Cat" : "Dog" };
  if (random(6) > 0) object.a = randomValue(random, depth - 1);
  if (random(6) > 0) object.b = randomValue(random, depth - 1);
  return object;
}

function randomValue(random: Random, depth: number): JsonValue {
  const kind = random(7);
  if (kind === 0) return null;
  if (kind === 1 || depth <= 0) return "x";
  if (kind < 4) return Array.from({ length: random(3) }, () => randomValue(random, depth - 1));
  return randomObject(random, depth);
}
