import { expect, test } from "bun:test";
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from "graphql";
import { trimErrorPaths } from "./error-paths.ts";

const { definitions } = parse(`
  { me { name: nick friends { id } ...F ... on Cat { owner { id } } } }
  fragment F on Person { home { street } friends { age } }
`);
const selected = {
  selectionSet: (definitions[0] as OperationDefinitionNode).selectionSet,
  fragments: new Map([
    [
      "F",
      definitions.find((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)!,
    ],
  ]),
};

type Path = (string | number)[];

test.each<[Path, Path | undefined]>([
  [
    ["me", "name"],
    ["me", "name"],
  ],
  [["me", "nick"], ["me"]],
  [
    ["me", "friends", 3, "age"],
    ["me", "friends", 3, "age"],
  ],
  [
    ["me", "friends", 3, "secret"],
    ["me", "friends", 3],
  ],
  [
    ["me", "home", "street"],
    ["me", "home", "street"],
  ],
  [
    ["me", "owner", "id", "deeper"],
    ["me", "owner", "id"],
  ],
  [
    ["me", "friends", 0, 1, "id"],
    ["me", "friends", 0, 1, "id"],
  ],
  [["_entities", 0, "name"], undefined],
  [["me"], ["me"]],
])("%j becomes %j", (path, expected) => {
  const [error] = trimErrorPaths([{ message: "x", path, extensions: { code: "A" } }], selected);
  expect(error!.path as Path | undefined).toEqual(expected);
  expect(error).toMatchObject({ message: "x", extensions: { code: "A" } });
});

test("an error without a path stays as it is", () => {
  const error = { message: "x", locations: [{ line: 1, column: 2 }] };
  expect(trimErrorPaths([error], selected)).toEqual([error]);
});

test("an error that is cut belongs to no place of the client's text", () => {
  const [error] = trimErrorPaths(
    [{ message: "x", path: ["me", "nick"], locations: [{ line: 9, column: 9 }] }],
    selected,
  );
  expect(error).toEqual({ message: "x", path: ["me"] });
});
