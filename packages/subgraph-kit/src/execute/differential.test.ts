import { describe, expect, test } from "bun:test";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { type ExecutionResult, type GraphQLSchema, isObjectType, parse, validate } from "graphql";
import { generateOperation, seededRandom } from "../testing/generate-operation.ts";
import { prepareOperation } from "./prepare-operation.ts";
import { compileOperation, runPlainly } from "./run-operation.ts";

const typeDefs = /* GraphQL */ `
  type Query {
    guest(id: ID! = "1"): Guest
    guests(first: Int = 2, status: Status): [Guest!]!
    maybe: [Guest]
    things: [Thing!]!
    named: Named
    fails: Int
    failsHard: Int!
  }
  type Mutation { add(amount: Int!): Int! broken: Int }
  interface Named { name: String! }
  union Thing = Guest | Dish
  type Guest implements Named {
    id: ID! name: String! age: Int status: Status! tags: [String!]! matrix: [[Int]] friend: Guest friends: [Guest!]!
    later: String late: [Dish!] broken: String brokenHard: String! nullHard: Int
    scaled(by: Float! = 1.5, options: Options): Float
  }
  type Dish implements Named { name: String! price: Float! spicy: Boolean guest: Guest }
  enum Status { NEW REGULAR VIP }
  input Options { round: Boolean = true, steps: [Int!] }
`;

interface Guest {
  id: string;
  name: string;
  age: number | null;
  status: string;
  tags: string[];
}
const guests: Guest[] = ["Ada", "Ben", "Cleo"].map((name, index) => ({
  ...{ __typename: "Guest", id: String(index + 1), name, age: index === 1 ? null : 30 + index },
  ...{ status: ["NEW", "REGULAR", "VIP"][index] as string, tags: index === 2 ? [] : ["a", "b"] },
}));
const dishes = [
  { __typename: "Dish", name: "Soup", price: 9.5, spicy: null },
  { __typename: "Dish", name: "Cake", price: 7, spicy: false },
];
const fail = () => {
  throw new Error("no");
};

const resolvers = {
  Query: {
    guest: (_: unknown, { id }: { id: string }) => guests.find((guest) => guest.id === id),
    guests: async (_: unknown, { first, status }: { first: number; status?: string }) =>
      guests.filter((guest) => !status || guest.status === status).slice(0, first),
    maybe: () => [guests[0], null, Promise.resolve(guests[1]), new Error("one is broken")],
    things: () => [guests[0], dishes[0], dishes[1]],
    named: async () => dishes[0],
    fails: fail,
    failsHard: async () => fail(),
  },
  Mutation: { add: async (_: unknown, { amount }: { amount: number }) => amount + 1, broken: fail },
  Guest: {
    matrix: () => [[1, null], null, [3]],
    friend: ({ id }: Guest) => guests[Number(id) % 3],
    friends: async ({ id }: Guest) => guests.filter((guest) => guest.id !== id),
    later: async ({ name }: Guest) => `later ${name}`,
    late: ({ id }: Guest) => (id === "2" ? null : dishes.map(async (dish) => dish)),
    broken: async ({ id }: Guest) => (id === "1" ? fail() : "whole"),
    brokenHard: ({ id }: Guest) => (id === "2" ? fail() : "whole"),
    nullHard: () => undefined,
    scaled: (_: Guest, { by, options }: { by: number; options?: { round: boolean; steps?: number[] } }) =>
      options?.round ? Math.round(by * 10) : by * (options?.steps?.length ?? 1),
  },
  Dish: { guest: () => guests[2] },
};

const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers });
const seeds = Array.from({ length: 120 }, (_, index) => index + 1);

describe("compiled execution", () => {
  test("answers as graphql-js does, over generated operations", async () => {
    let compared = 0;
    let withErrors = 0;
    for (const seed of seeds) {
      const { text, variables } = generateOperation(schema, seededRandom(seed));
      expect({ seed, errors: validate(schema, parse(text)).map(({ message }) => message) }).toEqual({
        seed,
        errors: [],
      });
      const [plain, compiled] = await runBoth(text, variables);
      expect({ seed, text, ...compiled }).toEqual({ seed, text, ...plain });
      compared += 1;
      if (plain.failed.length > 0) withErrors += 1;
    }
    expect(compared).toBe(seeds.length);
    // Neither is a comparison of nothing but errors, or of none.
    expect(withErrors).toBeGreaterThan(20);
    expect(withErrors).toBeLessThan(seeds.length - 20);
  }, 60_000);

  test("and refuses wrong variables as it does", async () => {
    const [plain, compiled] = await runBoth("query ($id: ID!) { guest(id: $id) { name } }", {
      id: { no: "id" },
    });
    expect(plain.data).toBeUndefined();
    expect(compiled.data).toBeUndefined();
  });
});

interface Outcome {
  data: unknown;
  failed: string[];
}

async function runBoth(text: string, variables: Record<string, unknown>): Promise<[Outcome, Outcome]> {
  const operation = prepareOperation({
    schema,
    text,
    operationName: undefined,
    limits: { depthMax: 50, fieldsMax: 10_000, tokensMax: 9_000 },
  });
  if ("errors" in operation) throw new Error(`${text}\n${operation.errors.join("\n")}`);
  const compiled = compileOperation(schema, operation);
  if (!compiled) throw new Error(`not compiled: ${text}`);
  const [one, other] = await Promise.all([
    runPlainly(schema, operation)({}, variables),
    compiled({}, variables),
  ]);
  return [outcomeOf(one), outcomeOf(other)];
}

/**
 * Where errors lead to a null, graphql-js names the first that happens and drops what has been cut off; graphql-jit may
 * name others beneath the same null. So: the data must be equal, and what is null for an error's sake too.
 */
function outcomeOf({ data, errors = [] }: ExecutionResult): Outcome {
  const nulls = errors.map(({ path = [] }) => nulledPath(data, path));
  return {
    data: data === undefined ? undefined : JSON.parse(JSON.stringify(data)),
    failed: [...new Set(nulls)].sort(),
  };
}

function nulledPath(data: unknown, path: readonly (string | number)[]): string {
  let value: unknown = data;
  const way: (string | number)[] = [];
  for (const key of path) {
    if (value === null || value === undefined) break;
    value = (value as Record<string | number, unknown>)[key];
    way.push(key);
  }
  return way.join(".");
}

test("the generator reaches every field of the schema", () => {
  const texts = seeds.map((seed) => generateOperation(schema, seededRandom(seed)).text).join("\n");
  const fields = objectFields(schema).filter((name) => !new RegExp(`\\b${name}\\b`).test(texts));
  expect(fields).toEqual([]);
});

function objectFields(of: GraphQLSchema): string[] {
  const types = Object.values(of.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith("_"),
  );
  return types
    .flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()) : []))
    .filter((name) => !name.startsWith("_"));
}
