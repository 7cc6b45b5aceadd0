import { buildSchema } from "graphql";
import { type BenchGraph, type BenchSubgraph, FEDERATION_LINK, type Resolvers } from "./graph.ts";
import { NONCE } from "./nonce.ts";

const SUBGRAPHS = ["north", "east", "south", "west"] as const;

/** Crosses three subgraphs whatever the number of types; a new alias each time makes every operation new. */
export const wideBody = JSON.stringify({
  query: `{ thing0(id: "a") { id label${NONCE}: label size comment next { label comment next { size comment } } } }`,
});

/** Type n lives in subgraph n mod 4, which links it to type n + 1; the next subgraph adds a comment to it. */
export function wideGraph(types: number): BenchGraph {
  const numbers = Array.from({ length: types }, (_, number) => number);
  return {
    name: `wide-${types}`,
    subgraphs: SUBGRAPHS.map((_, position) => wideSubgraph(position, numbers)),
    monolith: buildSchema(`
      type Query { ${numbers.map(rootField).join("\n")} }
      ${numbers.map((number) => `type Thing${number} { ${OWN_FIELDS} ${nextField(number, types)} comment: String }`).join("\n")}
    `),
    monolithRoot: Object.fromEntries(
      numbers.map((number) => [`thing${number}`, ({ id }: { id: string }) => thingOf({ number, types, id })]),
    ),
  };
}

const OWN_FIELDS = "id: ID!  label: String  size: Int  colour: String  tags: [String!]!";

function wideSubgraph(position: number, numbers: readonly number[]): BenchSubgraph {
  const types = numbers.length;
  const owned = numbers.filter((number) => number % SUBGRAPHS.length === position);
  const commented = numbers.filter((number) => (number + 1) % SUBGRAPHS.length === position);
  const linked = owned.map((number) => (number + 1) % types).filter((number) => !owned.includes(number));
  const stubs = linked.filter((number) => !commented.includes(number));
  const reference = (number: number) => ({
    __resolveReference: ({ id }: { id: string }) => thingOf({ number, types, id }),
  });
  const resolvers: Resolvers = {
    Query: Object.fromEntries(
      owned.map((number) => [
        `thing${number}`,
        (_: unknown, { id }: { id: string }) => thingOf({ number, types, id }),
      ]),
    ),
    ...Object.fromEntries([...owned, ...commented].map((number) => [`Thing${number}`, reference(number)])),
  };
  return {
    name: SUBGRAPHS[position]!,
    typeDefs: [
      FEDERATION_LINK,
      `type Query { ${owned.map(rootField).join("\n")} }`,
      ...owned.map(
        (number) => `type Thing${number} @key(fields: "id") { ${OWN_FIELDS} ${nextField(number, types)} }`,
      ),
      ...commented.map((number) => `type Thing${number} @key(fields: "id") { id: ID!  comment: String }`),
      ...stubs.map((number) => `type Thing${number} @key(fields: "id", resolvable: false) { id: ID! }`),
    ].join("\n"),
    resolvers,
  };
}

function rootField(number: number): string {
  return `thing${number}(id: ID!): Thing${number}`;
}

function nextField(number: number, types: number): string {
  return `next: Thing${(number + 1) % types}`;
}

function thingOf(options: { readonly number: number; readonly types: number; readonly id: string }): unknown {
  const { number, types, id } = options;
  return {
    id,
    label: `thing ${number} ${id}`,
    size: number,
    colour: "green",
    tags: ["first", "second"],
    comment: `a comment on ${number}`,
    next: () => thingOf({ number: (number + 1) % types, types, id: `${id}${number % 10}` }),
  };
}
