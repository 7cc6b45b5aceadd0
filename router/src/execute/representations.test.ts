import { describe, expect, test } from "bun:test";
import { parse } from "graphql";
import type { JsonObject, JsonValue } from "../json.ts";
import type { FetchRewrite, RequiresSelection } from "../planner/plan.ts";
import { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import { compileRepresentations } from "./representations.ts";

const types = new SupergraphTypes(
  parse(`
    interface Node { id: ID! }
    type User implements Node { id: ID! sku: String! size: Float note: String address: Address tags: [Address] any: Any toString: String }
    type Cat implements Node { id: ID! sku: String! }
    type Address { street: String! zip: String }
    scalar Any
  `),
);

const field = (name: string, selections?: RequiresSelection[]): RequiresSelection =>
  selections ? { kind: "Field", name, selections } : { kind: "Field", name };
const on = (typeCondition: string, ...names: (string | RequiresSelection)[]): RequiresSelection => ({
  kind: "InlineFragment",
  typeCondition,
  selections: ["__typename", ...names].map((name) => (typeof name === "string" ? field(name) : name)),
});

function build(
  requires: RequiresSelection[],
  objects: readonly JsonObject[],
  inputRewrites: FetchRewrite[] = [],
) {
  const { texts, indexes } = compileRepresentations({ requires, inputRewrites, types })(objects);
  return { representations: texts.map((text) => JSON.parse(text) as JsonValue), indexes };
}

const user = (rest: JsonObject): JsonObject => ({ __typename: "User", ...rest });

describe("representations", () => {
  test("hold what is required, and equal ones are sent once", () => {
    const objects = [user({ id: "1", name: "x" }), user({ id: "2" }), user({ id: "1", name: "y" })];
    expect(build([on("User", "id")], objects)).toEqual({
      representations: [user({ id: "1" }), user({ id: "2" })],
      indexes: [0, 1, 0],
    });
  });

  test("are none where a field that may not be null is missing", () => {
    expect(build([on("User", "id")], [user({}), user({ id: "1" })]).indexes).toEqual([-1, 0]);
    expect(build([on("User", "id", "sku")], [user({ id: "1" })]).indexes).toEqual([-1]);
  });

  test("are none for types that nothing is required of", () => {
    expect(build([on("User", "id")], [{ __typename: "Dog", id: "1" }]).indexes).toEqual([-1]);
  });

  test("are of the only type there is where an object does not name its own", () => {
    expect(build([on("User", "id")], [{ id: "1" }]).representations).toEqual([user({ id: "1" })]);
    const either = [on("User", "id"), on("Dog", "id")];
    expect(build(either, [{ id: "1" }]).indexes).toEqual([-1]);
  });

  test("hold null where a nullable field is missing", () => {
    expect(build([on("User", "id", "note")], [user({ id: "1" })]).representations).toEqual([
      user({ id: "1", note: null }),
    ]);
  });

  test("read a field under its alias and write it under its name", () => {
    const aliased: RequiresSelection = { kind: "Field", name: "sku", alias: "_sku" };
    expect(
      build([on("User", "id", aliased)], [user({ id: "1", _sku: "a", sku: "b" })]).representations,
    ).toEqual([user({ id: "1", sku: "a" })]);
  });

  test("nest, in lists too", () => {
    const nested = [field("address", [field("street")]), field("tags", [field("street"), field("zip")])];
    const whole = user({
      id: "1",
      address: { street: "a", zip: "1" },
      tags: [{ street: "b" }, null, { street: "c", zip: "2" }],
    });
    expect(build([on("User", "id", ...nested)], [whole]).representations).toEqual([
      user({
        id: "1",
        address: { street: "a" },
        tags: [{ street: "b", zip: null }, null, { street: "c", zip: "2" }],
      }),
    ]);
  });

  test("carry the type's name that the subgraph knows", () => {
    const rewrite: FetchRewrite = {
      kind: "setValue",
      path: [
        { kind: "type", names: ["User"] },
        { kind: "key", name: "__typename" },
      ],
      value: "Node",
    };
    expect(build([on("User", "id")], [user({ id: "1" })], [rewrite]).representations).toEqual([
      { __typename: "Node", id: "1" },
    ]);
  });

  test("of several types stand side by side", () => {
    const objects = [user({ id: "1" }), { __typename: "Cat", id: "1" }, user({ id: "1" })];
    expect(build([on("User", "id"), on("Cat", "id")], objects)).toEqual({
      representations: [user({ id: "1" }), { __typename: "Cat", id: "1" }],
      indexes: [0, 1, 0],
    });
  });

  test("hold only what the object itself holds", () => {
    const requires = [on("User", "id", "toString")];
    expect(build(requires, [user({ id: "1" }), user({ id: "1", toString: "x" })]).representations).toEqual([
      user({ id: "1", toString: null }),
      user({ id: "1", toString: "x" }),
    ]);
  });
});

/** Values that a careless identity would take for one another. */
const nasty: readonly (JsonValue | undefined)[] = [
  ...["", "1", "#1;", "1:1", "0:", "?null;", "null", "\u0000null", '\u0000"1"', "true", "1:a1:b", "a", "b"],
  ...["1:b", "\u0000", "{}", "[]", "é", "e\u0301", "__proto__", "\ud83d\ude00", '"', "\\", "\u0000{}"],
  ...[0, 1, -1, 1.5, 1e21, 12],
  ...[true, false, null, undefined],
  ...[{}, { a: 1 }, { a: "1" }, [], [1], ["1"], [null], [[]]],
];

const shapes: Record<string, RequiresSelection[]> = {
  "one required field": [on("User", "id")],
  "one nullable field": [on("User", "note")],
  "two fields": [on("User", "id", "note")],
  "three fields": [on("User", "any", "sku", "size")],
  "nested fields": [on("User", "id", field("address", [field("street"), field("zip")]))],
};

describe.each(Object.keys(shapes))("with %s", (name) => {
  test("objects share a representation exactly where it is equal", () => {
    const requires = shapes[name]!;
    const objects = combinations();
    const { texts, indexes } = compileRepresentations({ requires, inputRewrites: [], types })(objects);
    expect(new Set(texts).size).toBe(texts.length);
    for (const [at, object] of objects.entries()) {
      const alone = compileRepresentations({ requires, inputRewrites: [], types })([object]);
      const index = indexes[at]!;
      expect(index < 0 ? undefined : texts[index]).toBe(alone.indexes[0]! < 0 ? undefined : alone.texts[0]);
    }
  });
});

function combinations(): JsonObject[] {
  const objects: JsonObject[] = [];
  for (const one of nasty) {
    for (const other of nasty) {
      const object = {
        id: one,
        note: other,
        any: one,
        sku: other,
        size: one,
        address: { street: one, zip: other },
      };
      // Out and back as JSON drops what is undefined, as a subgraph's answer has it.
      objects.push(user(JSON.parse(JSON.stringify(object)) as JsonObject));
    }
  }
  return objects;
}
