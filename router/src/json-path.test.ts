import { expect, test } from "bun:test";
import { findJson, parseJsonPath } from "./json-path.ts";

const errors = [
  { message: "a", extensions: { code: "A" } },
  { message: "b", "odd key": [1, 2] },
];

test.each([
  ["$", errors],
  ["$[0].extensions.code", "A"],
  ["$.[0].message", "a"],
  ["[1]['odd key'][1]", 2],
  ["$[*].message", ["a", "b"]],
  ["$.[*].extensions.code", "A"],
  ["$..code", "A"],
  ["$..message", ["a", "b"]],
  ["$[2]", undefined],
  ["$.message", undefined],
  ["$[0].extensions.toString", undefined],
])("%s", (path, expected) => {
  expect(findJson(parseJsonPath(path)!, errors)).toEqual(expected as never);
});

test.each(["$[?(@.a)]", "$[0:2]", "$.a b", "$[-1]"])("%s is more than is read", (path) => {
  expect(parseJsonPath(path)).toBeUndefined();
});
