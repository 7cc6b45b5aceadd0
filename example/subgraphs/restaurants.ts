import { GraphQLError } from "graphql";
import { createSubgraph } from "../subgraph.ts";

const sdl = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@inaccessible", "@tag"])

  type Query {
    restaurants(first: Int = 10, filter: RestaurantFilter): [Restaurant!]!
    restaurant(id: ID!): Restaurant
    venues: [Venue!]!
    "Fails with this message and code, to see what becomes of errors."
    fails(message: String = "It failed", code: String): String
    failsRequired: String!
    "Answers after this time."
    slow(ms: Int!): String
    "What reached the subgraph in this header."
    receivedHeader(name: String!): String
    double(number: Int!): Int!
    describe(input: EverythingInput!): String!
  }

  interface Venue {
    id: ID!
    name: String!
  }

  "A place to sit down and eat."
  type Restaurant implements Venue @key(fields: "id") {
    id: ID!
    name: String!
    cuisine: Cuisine!
    address: Address
    openedOn: Date
    seats: Int!
    rating: Float
    tags: [String!]!
    takings: Int! @inaccessible
    oldName: String @deprecated(reason: "Use name")
    fails: String
    failsRequired: String!
  }

  type FoodTruck implements Venue @key(fields: "id") {
    id: ID!
    name: String!
    plate: String!
  }

  type Address @shareable {
    street: String!
    city: String!
  }

  enum Cuisine {
    ITALIAN
    JAPANESE
    MEXICAN
  }

  "A calendar day, as in 2026-11-21."
  scalar Date

  input RestaurantFilter {
    cuisine: Cuisine
    tags: [String!]
    seatsMin: Int
    near: Coordinates
  }

  input Coordinates {
    latitude: Float!
    longitude: Float! = 0
  }

  input EverythingInput {
    id: ID
    int: Int
    float: Float
    text: String
    flag: Boolean
    cuisine: Cuisine
    day: Date
    list: [Int!]
    near: Coordinates
  }
`;

const restaurants = [
  {
    __typename: "Restaurant",
    id: "1",
    name: "Da Enzo",
    cuisine: "ITALIAN",
    address: { street: "Via dei Vascellari 29", city: "Rome" },
    openedOn: "1935-05-01",
    seats: 40,
    rating: 4.5,
    tags: ["pasta", "terrace"],
    takings: 120_000,
  },
  {
    __typename: "Restaurant",
    id: "2",
    name: "Sakana",
    cuisine: "JAPANESE",
    address: null,
    openedOn: null,
    seats: 12,
    rating: null,
    tags: [],
    takings: 90_000,
  },
  {
    __typename: "Restaurant",
    id: "3",
    name: "Casa Luz",
    cuisine: "MEXICAN",
    address: { street: "Calle Sol 3", city: "Seville" },
    openedOn: "2019-02-11",
    seats: 25,
    rating: 4,
    tags: ["late"],
    takings: 70_000,
  },
];
const foodTrucks = [{ __typename: "FoodTruck", id: "t1", name: "Rolling Roti", plate: "RR-1" }];

interface RestaurantFilter {
  cuisine?: string;
  tags?: string[];
  seatsMin?: number;
}

export const restaurantsSubgraph = createSubgraph({
  name: "restaurants",
  sdl,
  resolvers: {
    Query: {
      restaurants: (_, { first, filter }: { first: number; filter?: RestaurantFilter }) =>
        restaurants.filter((restaurant) => matches(restaurant, filter ?? {})).slice(0, first),
      restaurant: (_, { id }: { id: string }) => findRestaurant(id),
      venues: () => [...restaurants.slice(0, 2), ...foodTrucks],
      fails: (_, { message, code }: { message: string; code?: string }) => fail(message, code),
      failsRequired: () => fail("It failed"),
      slow: async (_, { ms }: { ms: number }) => {
        await Bun.sleep(Math.min(ms, 5_000));
        return "done";
      },
      receivedHeader: (_, { name }: { name: string }, { headers }) => headers.get(name),
      double: (_, { number }: { number: number }) => number * 2,
      describe: (_, { input }: { input: unknown }) => JSON.stringify(input),
    },
    Venue: { __resolveType: (venue: { __typename: string }) => venue.__typename },
    Restaurant: {
      __resolveReference: ({ id }: { id: string }) => findRestaurant(id),
      fails: (restaurant: { id: string }) => fail(`Restaurant ${restaurant.id} failed`, "RESTAURANT_FAILED"),
      failsRequired: () => fail("It failed"),
    },
    FoodTruck: {
      __resolveReference: ({ id }: { id: string }) => foodTrucks.find((truck) => truck.id === id),
    },
  },
});

function findRestaurant(id: string) {
  return restaurants.find((restaurant) => restaurant.id === id);
}

function matches(restaurant: (typeof restaurants)[number], filter: RestaurantFilter): boolean {
  if (filter.cuisine && restaurant.cuisine !== filter.cuisine) return false;
  if (filter.tags?.some((tag) => !(restaurant.tags as string[]).includes(tag))) return false;
  return restaurant.seats >= (filter.seatsMin ?? 0);
}

function fail(message: string, code?: string): never {
  throw new GraphQLError(message, code ? { extensions: { code, secret: "s3cret" } } : {});
}
