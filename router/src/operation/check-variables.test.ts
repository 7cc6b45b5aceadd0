import { describe, expect, test } from "bun:test";
import { buildSchema, type OperationDefinitionNode, parse } from "graphql";
import type { JsonObject, JsonValue } from "../json.ts";
import { compileVariableCheck } from "./check-variables.ts";

const schema = buildSchema(`
  scalar Any
  enum Color { RED GREEN }
  input In { a: Int b: String! c: [Int!] d: In e: Color = RED req: Int! = 5 }
  type Query { all(id: ID, float: Float, in: In, any: Any): Int }
`);

function check(declarations: string, provided: JsonObject) {
  const [definition] = parse(`query(${declarations}) { all }`).definitions;
  return compileVariableCheck(definition as OperationDefinitionNode, { schema })(provided);
}

/** Captured from Apollo Router 2.17; undefined where it takes the value. */
const captured: [type: string, value: JsonValue | undefined, problem: string | undefined][] = [
  ["String", "a", undefined],
  ["String", 1, "invalid variable `$v`: found JSON number for GraphQL type `String`"],
  ["String", true, "invalid variable `$v`: found JSON boolean for GraphQL type `String`"],
  ["String", [], "invalid variable `$v`: found JSON array for GraphQL type `String`"],
  ["String", {}, "invalid variable `$v`: found JSON map for GraphQL type `String`"],
  ["String", null, undefined],
  ["String!", "a", undefined],
  ["String!", null, "invalid variable `$v`: found JSON null for GraphQL type `String!`"],
  ["String!", undefined, "missing variable `$v`: for required GraphQL type `String!`"],
  ["Int", 1, undefined],
  ["Int", 2147483647, undefined],
  ["Int", 2147483648, "invalid variable `$v`: found JSON number for GraphQL type `Int`"],
  ["Int", -2147483648, undefined],
  ["Int", -2147483649, "invalid variable `$v`: found JSON number for GraphQL type `Int`"],
  ["Int", 1.5, "invalid variable `$v`: found JSON number for GraphQL type `Int`"],
  ["Int", "1", "invalid variable `$v`: found JSON string for GraphQL type `Int`"],
  ["Int", true, "invalid variable `$v`: found JSON boolean for GraphQL type `Int`"],
  ["Int", [1], "invalid variable `$v`: found JSON array for GraphQL type `Int`"],
  ["Float", 1, undefined],
  ["Float", 1.5, undefined],
  ["Float", "1", "invalid variable `$v`: found JSON string for GraphQL type `Float`"],
  ["Float", true, "invalid variable `$v`: found JSON boolean for GraphQL type `Float`"],
  ["Boolean", true, undefined],
  ["Boolean", 1, "invalid variable `$v`: found JSON number for GraphQL type `Boolean`"],
  ["Boolean", "true", "invalid variable `$v`: found JSON string for GraphQL type `Boolean`"],
  ["ID", "a", undefined],
  ["ID", 1, undefined],
  ["ID", 1.5, "invalid variable `$v`: found JSON number for GraphQL type `ID`"],
  ["ID", true, "invalid variable `$v`: found JSON boolean for GraphQL type `ID`"],
  ["ID", {}, "invalid variable `$v`: found JSON map for GraphQL type `ID`"],
  ["Color", "RED", undefined],
  ["Color", "BLUE", "invalid variable `$v`: found JSON string for GraphQL type `Color`"],
  ["Color", 1, "invalid variable `$v`: found JSON number for GraphQL type `Color`"],
  ["Color", ["RED"], "invalid variable `$v`: found JSON array for GraphQL type `Color`"],
  ["Any", 1, undefined],
  ["Any", { a: [1] }, undefined],
  ["[Int]", [1, 2], undefined],
  ["[Int]", 1, undefined],
  ["[Int]", "a", "invalid variable `$v`: found JSON string for GraphQL type `Int`"],
  ["[Int]", [1, "a"], "invalid input value at `$v[1]`: found JSON string for GraphQL type `Int`"],
  ["[Int]", [null], undefined],
  ["[Int]", [[1]], "invalid input value at `$v[0]`: found JSON array for GraphQL type `Int`"],
  ["[Int]", {}, "invalid variable `$v`: found JSON map for GraphQL type `Int`"],
  ["[Int!]!", [1], undefined],
  ["[Int!]!", [null], "invalid input value at `$v[0]`: found JSON null for GraphQL type `Int!`"],
  ["[Int!]!", null, "invalid variable `$v`: found JSON null for GraphQL type `[Int!]!`"],
  ["[Int!]!", 1, undefined],
  ["[Int!]!", undefined, "missing variable `$v`: for required GraphQL type `[Int!]!`"],
  ["[[Int]]", [[1]], undefined],
  ["[[Int]]", [1], undefined],
  ["[[Int]]", [["a"]], "invalid input value at `$v[0][0]`: found JSON string for GraphQL type `Int`"],
  ["[[Int]]", [[null]], undefined],
  ["In", {}, "missing input value at `$v.b`: for required GraphQL type `String!`"],
  ["In", { b: "x" }, undefined],
  ["In", { b: 1 }, "invalid input value at `$v.b`: found JSON number for GraphQL type `String!`"],
  ["In", { b: null }, "missing input value at `$v.b`: for required GraphQL type `String!`"],
  ["In", { b: "x", zz: 1 }, "unknown field input value at `$v.zz` found for GraphQL type `In`"],
  [
    "In",
    { b: "x", c: [1, null] },
    "invalid input value at `$v.c[1]`: found JSON null for GraphQL type `Int!`",
  ],
  ["In", { b: "x", d: {} }, "missing input value at `$v.d.b`: for required GraphQL type `String!`"],
  [
    "In",
    { b: "x", d: { b: "y", d: { b: 3 } } },
    "invalid input value at `$v.d.d.b`: found JSON number for GraphQL type `String!`",
  ],
  ["In", { b: "x", e: "BLUE" }, "invalid input value at `$v.e`: found JSON string for GraphQL type `Color`"],
  ["In", { b: "x", e: null }, undefined],
  ["In", { b: "x", req: null }, undefined],
  ["In", 1, "invalid variable `$v`: found JSON number for GraphQL type `In`"],
  ["In", [], "invalid variable `$v`: found JSON array for GraphQL type `In`"],
  ["In", [{ b: "x" }], "invalid variable `$v`: found JSON array for GraphQL type `In`"],
  [
    "In",
    { b: "x", constructor: 1 },
    "unknown field input value at `$v.constructor` found for GraphQL type `In`",
  ],
  ["In!", null, "invalid variable `$v`: found JSON null for GraphQL type `In!`"],
  ["In!", { b: 1 }, "invalid input value at `$v.b`: found JSON number for GraphQL type `String!`"],
  ["[In!]", [{ b: "x" }], undefined],
  ["[In!]", { b: "x" }, undefined],
  ["[In!]", [null], "invalid input value at `$v[0]`: found JSON null for GraphQL type `In!`"],
  [
    "[In!]",
    [{ b: "x" }, { b: 2 }],
    "invalid input value at `$v[1].b`: found JSON number for GraphQL type `String!`",
  ],
];

test.each(captured)("$v: %s = %j", (type, value, problem) => {
  const provided: JsonObject = value === undefined ? {} : { v: value };
  const checked = check(`$v: ${type}`, provided);
  if (problem === undefined) {
    expect(checked).toEqual({ kind: "valid", variables: provided });
  } else {
    const extensions = { name: "v", code: "VALIDATION_INVALID_TYPE_VARIABLE" };
    expect(checked).toEqual({ kind: "invalid", errors: [{ message: problem, extensions }] });
  }
});

describe("variables", () => {
  test.each<[declarations: string, provided: JsonObject, variables: JsonObject]>([
    ["$v: Int = 3", {}, { v: 3 }],
    ["$v: Int = 3", { v: null }, { v: null }],
    ["$v: Int! = 3", {}, { v: 3 }],
    ["$v: Color = RED", {}, { v: "RED" }],
    ["$v: Any = { a: [1, RED] }", {}, { v: { a: [1, "RED"] } }],
    ["$v: Int", { v: 1, w: 2 }, { v: 1 }],
    ["$constructor: Any", {}, {}],
    ["$__proto__: Any", JSON.parse('{ "__proto__": { "v": 1 } }'), JSON.parse('{ "__proto__": { "v": 1 } }')],
  ])("(%s) given %j", (declarations, provided, variables) => {
    const checked = check(declarations, provided);
    if (checked.kind === "invalid") throw new Error(JSON.stringify(checked.errors));
    expect(JSON.stringify(checked.variables)).toBe(JSON.stringify(variables));
    expect(checked.variables.constructor).toBeUndefined();
  });

  test("that are wrong are told together", () => {
    const checked = check("$v: Int, $w: Int!, $x: Boolean", { v: "a", x: true });
    expect(checked.kind === "invalid" && checked.errors.map(({ extensions }) => extensions?.name)).toEqual([
      "v",
      "w",
    ]);
  });
});
