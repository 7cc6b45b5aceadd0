import { describe, expect, test } from "bun:test";
import { leastMs } from "../../../tests/support/least-ms.ts";
import { findTooDeepPlace, jsonDepthMax } from "./json-depth.ts";

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

describe("findTooDeepPlace", () => {
  test("lets the depth pass that is allowed", () => {
    expect(findTooDeepPlace(nested(jsonDepthMax, "[", "]"))).toBeUndefined();
    expect(findTooDeepPlace(`{"a":${nested(jsonDepthMax - 1, "[", "]")}}`)).toBeUndefined();
    expect(findTooDeepPlace(`[${"[],{},".repeat(1_000)}1]`)).toBeUndefined();
  });

  test("names the place of the first bracket too many", () => {
    expect(findTooDeepPlace(nested(jsonDepthMax + 1, "[", "]"))).toEqual({
      line: 1,
      column: jsonDepthMax + 1,
    });
    expect(findTooDeepPlace(`\n ${nested(jsonDepthMax + 1, '{"a":', "}")}`)).toEqual({
      line: 2,
      column: 1 + 5 * jsonDepthMax + 1,
    });
  });

  test("does not count brackets in strings", () => {
    const brackets = "[".repeat(500);
    expect(findTooDeepPlace(`"${brackets}"`)).toBeUndefined();
    expect(findTooDeepPlace(`"\\"${brackets}"`)).toBeUndefined();
    expect(findTooDeepPlace(`"\\\\"${brackets}`)).toBeDefined();
  });

  test("stops early in a text of nothing but brackets", () => {
    const text = "[".repeat(2_000_000);
    expect(leastMs(() => expect(findTooDeepPlace(text)).toBeDefined())).toBeLessThan(10);
  });
});
