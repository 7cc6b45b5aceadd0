import { expect, test } from "bun:test";
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from "graphql";
import { measureOperation } from "./measure.ts";

function measure(text: string) {
  const { definitions } = parse(text);
  const fragments = new Map(
    definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  return measureOperation((definitions[0] as OperationDefinitionNode).selectionSet, fragments);
}

test.each([
  ["{ a }", { depth: 1, height: 1, rootFields: 1, aliases: 0, expandedFields: 1 }],
  ["{ a { b { c } } }", { depth: 3, height: 3, rootFields: 1, aliases: 0, expandedFields: 3 }],
  ["{ x: a y: a a }", { depth: 1, height: 3, rootFields: 3, aliases: 2, expandedFields: 3 }],
  ["{ a { b } a { c } }", { depth: 2, height: 3, rootFields: 1, aliases: 0, expandedFields: 4 }],
  ["{ ...F a { ...F } } fragment F on Q { x: b }", { depth: 2, height: 3, aliases: 2, expandedFields: 3 }],
  ["{ ... { a } ... on Q { b { c } } }", { depth: 2, height: 3, expandedFields: 3 }],
  ["{ ...None }", { depth: 0, height: 0, expandedFields: 0 }],
])("%s", (text, expected) => {
  expect(measure(text)).toMatchObject(expected);
});

test("what doubles at each level is measured without writing it out", () => {
  const fragments = Array.from(
    { length: 40 },
    (_, at) => `fragment F${at} on Q { ...F${at + 1} a { ...F${at + 1} } }`,
  );
  const { expandedFields, depth } = measure(`{ ...F0 } ${fragments.join(" ")} fragment F40 on Q { b }`);
  expect(expandedFields).toBe(2 ** 41 - 1);
  expect(depth).toBe(41);
});

test("a fragment that contains itself ends", () => {
  expect(measure("{ ...F } fragment F on Q { a { ...F } }").depth).toBe(1);
});
