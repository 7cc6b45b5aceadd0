import { expect, test } from "bun:test";
import { parse } from "graphql";
import type { JsonValue } from "../json.ts";
import type { FetchRewrite, RewritePathSegment } from "../planner/plan.ts";
import { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import { applyRewrites, resolveRewrites } from "./rewrite.ts";

const key = (name: string): RewritePathSegment => ({ kind: "key", name });
const type = (...names: string[]): RewritePathSegment => ({ kind: "type", names });
const rename = (name: string, ...path: RewritePathSegment[]): FetchRewrite => ({
  kind: "renameKey",
  path,
  name,
});
const set = (value: string, ...path: RewritePathSegment[]): FetchRewrite => ({
  kind: "setValue",
  path,
  value,
});

test.each<[string, JsonValue, FetchRewrite[], JsonValue]>([
  ["a key gets its name", { id_: 1, a: 2 }, [rename("id", key("id_"))], { id: 1, a: 2 }],
  ["below lists of lists", [[{ x: 1 }], { x: 2 }], [rename("y", key("x"))], [[{ y: 1 }], { y: 2 }]],
  ["below another key", { a: { x: 1 }, x: 2 }, [rename("y", key("a"), key("x"))], { a: { y: 1 }, x: 2 }],
  ["a value is set", { __typename: "A" }, [set("B", key("__typename"))], { __typename: "B" }],
  ["nothing is set where nothing is", { a: 1 }, [set("B", key("__typename"))], { a: 1 }],
  ["null is renamed too", { x: null }, [rename("y", key("x"))], { y: null }],
  [
    "only one type",
    [
      { __typename: "A", x: 1 },
      { __typename: "B", x: 1 },
    ],
    [rename("y", type("A"), key("x"))],
    [
      { __typename: "A", y: 1 },
      { __typename: "B", x: 1 },
    ],
  ],
  ["without a type's name, every type", { x: 1 }, [rename("y", type("A"), key("x"))], { y: 1 }],
  [
    "what is inherited is not there",
    { a: 1 },
    [rename("y", key("constructor")), set("x", key("toString"))],
    { a: 1 },
  ],
  ["one after the other", { x: 1 }, [rename("y", key("x")), rename("z", key("y"))], { z: 1 }],
  [
    "nothing in scalars and null",
    { a: null, b: 1 },
    [rename("y", key("a"), key("x")), rename("y", key("b"), key("x"))],
    { a: null, b: 1 },
  ],
])("%s", (_what, data, rewrites, expected) => {
  applyRewrites(data, rewrites);
  expect(data).toEqual(expected);
});

test("a step to an interface leads to its objects", () => {
  const types = new SupergraphTypes(
    parse("interface Node { id: ID } type A implements Node { id: ID } type B { id: ID }"),
  );
  const [rewrite] = resolveRewrites([rename("y", type("Node"), key("x"))], types);
  expect(rewrite?.path[0]).toEqual({ kind: "type", names: ["Node", "A"] });
});
