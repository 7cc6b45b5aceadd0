import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../json.ts";
import { cloneJson, mergeCopy, mergeObject } from "./merge.ts";

const ways = [
  ["mergeObject", mergeObject],
  ["mergeCopy", mergeCopy],
] as const;

describe.each(ways)("%s", (_name, merge) => {
  function merged(target: JsonObject, ...sources: JsonObject[]): JsonObject {
    for (const source of sources) merge(target, source);
    return target;
  }

  test("adds fields and merges what both know", () => {
    expect(merged({ a: 1, o: { x: 1 } }, { b: 2, o: { y: 2 } })).toEqual({ a: 1, b: 2, o: { x: 1, y: 2 } });
  });

  test("takes a later scalar", () => {
    expect(merged({ a: 1 }, { a: 2 })).toEqual({ a: 2 });
  });

  test("keeps what is known when null comes", () => {
    expect(merged({ a: 1, o: { x: 1 }, l: [1] }, { a: null, o: null, l: null })).toEqual({
      a: 1,
      o: { x: 1 },
      l: [1],
    });
    expect(merged({}, { a: null })).toEqual({ a: null });
    expect(merged({ a: null }, { a: { x: 1 } })).toEqual({ a: { x: 1 } });
  });

  test("merges lists item by item", () => {
    const target = { l: [{ a: 1 }, null, { a: 3 }] };
    expect(merged(target, { l: [{ b: 1 }, { b: 2 }, null] })).toEqual({
      l: [{ a: 1, b: 1 }, { b: 2 }, { a: 3 }],
    });
    expect(merged({ l: [[{ a: 1 }]] }, { l: [[{ b: 1 }], [{ b: 2 }]] })).toEqual({
      l: [[{ a: 1, b: 1 }], [{ b: 2 }]],
    });
  });

  test("takes keys that every object inherits", () => {
    for (const value of [1, null, { x: 1 }, ["a"]]) {
      const source = { toString: value, constructor: value, hasOwnProperty: value, valueOf: value };
      const target = merged({}, source);
      expect(Object.keys(target)).toEqual(Object.keys(source));
      for (const key of Object.keys(source)) expect(target[key] as unknown).toEqual(value);
    }
  });

  test("lets no answer reach the prototype of all objects", () => {
    const hostile = JSON.parse('{ "a": { "__proto__": { "reached": 1 } }, "__proto__": { "reached": 1 } }');
    const target = merged({ a: {} }, hostile, { b: hostile });
    expect(({} as JsonObject).reached).toBeUndefined();
    expect(target.reached).toBeUndefined();
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(target.a)).toBe(Object.prototype);
  });

  test("loses nothing of random objects that agree, in either order", () => {
    for (let seed = 1; seed <= 500; seed++) {
      const whole = randomObject(createRandom(seed), 3);
      const [one, other] = [part(whole, createRandom(seed * 7)), part(whole, createRandom(seed * 13))];
      const target = merged({}, cloneJson(one), cloneJson(other), cloneJson(whole));
      expect(target).toEqual(whole);
    }
  });
});

test("mergeCopy leaves its source alone", () => {
  const source = { o: { x: 1 }, l: [{ y: 1 }] };
  const target: JsonObject = {};
  mergeCopy(target, source);
  mergeObject(target, { o: { z: 1 }, l: [{ z: 1 }] });
  expect(source).toEqual({ o: { x: 1 }, l: [{ y: 1 }] });
});

type Random = (below: number) => number;

function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const keys = ["id", "name", "toString", "constructor", "peer", "list"];

function randomObject(random: Random, depth: number): JsonObject {
  const object: JsonObject = {};
  for (const key of keys) {
    if (random(3) === 0) continue;
    if (depth > 0 && key === "peer") object[key] = randomObject(random, depth - 1);
    else if (depth > 0 && key === "list")
      object[key] = [randomObject(random, depth - 1), randomObject(random, depth - 1)];
    else if (key !== "peer" && key !== "list") object[key] = random(4) === 0 ? null : random(100);
  }
  return object;
}

/** Some of an object's fields, with null in place of some others. */
function part(whole: JsonObject, random: Random): JsonObject {
  return Object.fromEntries(
    Object.entries(whole).flatMap(([key, value]) => {
      const choice = random(3);
      if (choice === 0) return [];
      return choice === 1 ? [[key, null] as const] : [[key, value] as const];
    }),
  );
}
