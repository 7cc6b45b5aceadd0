import { expect, test } from "bun:test";
import { nearestName } from "./nearest.ts";

const known = ["listen", "introspection", "defer_support", "max_depth", "max_height"];

test.each([
  ["lisen", "listen"],
  ["introspecton", "introspection"],
  ["deferSupport", "defer_support"],
  ["max-depth", "max_depth"],
  ["litsen", "listen"],
  ["MAX_HEIGTH", "max_height"],
])("%s was probably %s", (given, meant) => {
  expect(nearestName(given, known)).toBe(meant);
});

test("what is far from every name has no nearest", () => {
  expect(nearestName("bogus", known)).toBeUndefined();
  expect(nearestName("x", known)).toBeUndefined();
});
