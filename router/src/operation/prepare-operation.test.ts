import { describe, expect, test } from "bun:test";
import { buildSchema } from "graphql";
import { type OperationLimits, prepareOperation } from "./prepare-operation.ts";

const schema = buildSchema(
  "type Query { me: Person any(value: Int): Int } type Person { id: ID friend: Person }",
);
const unlimited: OperationLimits = {
  parserMaxTokens: 15_000,
  parserMaxRecursion: 500,
  maxRecursiveSelections: 10_000_000,
  maxDepth: undefined,
  maxHeight: undefined,
  maxRootFields: undefined,
  maxAliases: undefined,
  warnOnly: false,
};

function prepare(text: string, { name, ...limits }: Partial<OperationLimits> & { name?: string } = {}) {
  const warnings: string[] = [];
  const prepared = prepareOperation(text, name, {
    schema,
    limits: { ...unlimited, ...limits },
    reportsCoercionErrors: false,
    warn: (message) => warnings.push(message),
  });
  return { prepared, warnings };
}

function codeOf(...given: Parameters<typeof prepare>): unknown {
  const { prepared } = prepare(...given);
  return prepared.kind === "refused" ? prepared.refusal.errors[0]?.extensions?.code : prepared.kind;
}

describe("which operation", () => {
  const two = "query A { me { id } } query B { any }";
  test.each<[string, string | undefined, unknown]>([
    ["{ any }", undefined, "prepared"],
    ["query A { any }", undefined, "prepared"],
    [two, "B", "prepared"],
    [two, undefined, "GRAPHQL_VALIDATION_FAILED"],
    [two, "C", "GRAPHQL_UNKNOWN_OPERATION_NAME"],
    ["fragment F on Query { any }", undefined, "GRAPHQL_VALIDATION_FAILED"],
    ["subscription { any }", undefined, "GRAPHQL_VALIDATION_FAILED"],
    ["mutation A { any }", "A", "GRAPHQL_VALIDATION_FAILED"],
  ])("of %j is %p", (text, name, expected) => {
    expect(codeOf(text, name === undefined ? {} : { name })).toBe(expected);
  });
});

describe("limits", () => {
  test.each<[string, Partial<OperationLimits>, unknown]>([
    ["{ me { friend { id } } }", { maxDepth: 2 }, "MAX_DEPTH_LIMIT"],
    ["{ me { friend { id } } }", { maxDepth: 3 }, "prepared"],
    ["{ me { id } any }", { maxHeight: 2 }, "MAX_HEIGHT_LIMIT"],
    ["{ me { id } any }", { maxRootFields: 1 }, "MAX_ROOT_FIELDS_LIMIT"],
    ["{ a: any b: any }", { maxAliases: 1 }, "MAX_ALIASES_LIMIT"],
    ["{ me { id } }", { parserMaxRecursion: 1 }, "PARSING_ERROR"],
    ["{ me { id } }", { parserMaxTokens: 5 }, "PARSING_ERROR"],
    ["{ __proto__: any }", {}, "GRAPHQL_VALIDATION_FAILED"],
  ])("%s with %j is %p", (text, limits, expected) => {
    expect(codeOf(text, limits)).toBe(expected);
  });

  test("only warn where they are told to", () => {
    const { prepared, warnings } = prepare("{ a: any b: any }", { maxAliases: 1, warnOnly: true });
    expect(prepared.kind).toBe("prepared");
    expect(warnings).toEqual(["operation has 2 aliases, limit 1"]);
  });
});

test("what is planned is what the router does not answer itself", () => {
  const asksSubgraphs = (text: string) => {
    const { prepared } = prepare(text);
    return prepared.kind === "prepared" ? prepared.operation.asksSubgraphs : prepared;
  };
  expect(asksSubgraphs("{ __typename any }")).toBe(true);
  expect(asksSubgraphs("{ ...F } fragment F on Query { ... { any } }")).toBe(true);
  expect(asksSubgraphs("{ any @skip(if: true) }")).toBe(false);
  expect(asksSubgraphs("{ __typename }")).toBe(false);
  expect(asksSubgraphs('{ __type(name: "Query") { name } ...F } fragment F on Query { __typename }')).toBe(
    false,
  );
});
