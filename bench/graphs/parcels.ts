import { buildSchema } from "graphql";
import { type BenchGraph, FEDERATION_LINK } from "./graph.ts";
import { sentenceOf } from "./sentences.ts";

const NOTE_CHARS = 48;
const PARCEL_BYTES = 125;

/** A list of any length, and a second subgraph that knows more about each of its entries. */
export const parcels: BenchGraph = {
  name: "parcels",
  subgraphs: [
    {
      name: "parcels",
      typeDefs: `${FEDERATION_LINK}
        type Query { parcels(count: Int!): [Parcel!]! }
        type Parcel @key(fields: "id") { id: ID!  sender: String!  note: String  weight: Int!  insured: Boolean! }`,
      resolvers: { Query: { parcels: (_, { count }) => firstParcels(count) } },
    },
    {
      name: "tracking",
      typeDefs: `${FEDERATION_LINK}
        type Parcel @key(fields: "id") { id: ID!  status: String  stops: Int! }`,
      resolvers: {
        Parcel: { __resolveReference: ({ id }: { id: string }) => parcelOf(Number(id.slice(1))) },
      },
    },
  ],
  monolith: buildSchema(`
    type Query { parcels(count: Int!): [Parcel!]! }
    type Parcel {
      id: ID!  sender: String!  note: String  weight: Int!  insured: Boolean!
      status: String  stops: Int!
    }
  `),
  monolithRoot: { parcels: ({ count }: { count: number }) => firstParcels(count) },
};

export function parcelListBody(answerBytes: number): string {
  const query = "query List($count: Int!) { parcels(count: $count) { id sender note weight insured } }";
  return JSON.stringify({ query, variables: { count: Math.round(answerBytes / PARCEL_BYTES) } });
}

export function parcelDetailsBody(count: number): string {
  const query = "query Details($count: Int!) { parcels(count: $count) { id sender status stops } }";
  return JSON.stringify({ query, variables: { count } });
}

function firstParcels(count: number): Parcel[] {
  return Array.from({ length: count }, (_, index) => parcelOf(index));
}

interface Parcel {
  readonly id: string;
  readonly sender: string;
  readonly note: string;
  readonly weight: number;
  readonly insured: boolean;
  readonly status: string;
  readonly stops: number;
}

function parcelOf(index: number): Parcel {
  return {
    id: `p${String(index).padStart(6, "0")}`,
    sender: `sender ${index % 100}`,
    note: sentenceOf(NOTE_CHARS, index % 30),
    weight: 100 + (index % 900),
    insured: index % 3 === 0,
    status: index % 2 === 0 ? "sorted" : "delivered",
    stops: index % 7,
  };
}
