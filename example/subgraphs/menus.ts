import { createSubgraph } from "../subgraph.ts";

const sdl = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@requires", "@shareable"])

  type Query {
    dish(id: ID!): Dish
    search(text: String!): [SearchResult!]!
  }

  type Mutation {
    addDish(input: NewDish!): Dish!
    renameDish(id: ID!, name: String!): Dish
  }

  union SearchResult = Dish | Restaurant

  type Restaurant @key(fields: "id") {
    id: ID!
    seats: Int! @external
    dishes(first: Int): [Dish!]!
    "Dishes for each seat."
    choice: Float @requires(fields: "seats")
    menuNote: String
  }

  type Dish @key(fields: "id") {
    id: ID!
    name: String!
    priceCents: Int!
    diet: Diet
    restaurant: Restaurant!
  }

  enum Diet {
    VEGAN
    VEGETARIAN
  }

  input NewDish {
    restaurantId: ID!
    name: String!
    priceCents: Int! = 1000
    diet: Diet
  }
`;

interface Dish {
  id: string;
  restaurantId: string;
  name: string;
  priceCents: number;
  diet?: string | null;
}

const dishes: Dish[] = [
  { id: "10", restaurantId: "1", name: "Cacio e pepe", priceCents: 1400, diet: "VEGETARIAN" },
  { id: "11", restaurantId: "1", name: "Amatriciana", priceCents: 1500 },
  { id: "20", restaurantId: "2", name: "Nasu dengaku", priceCents: 900, diet: "VEGAN" },
  { id: "30", restaurantId: "3", name: "Mole", priceCents: 1700 },
];

export const menusSubgraph = createSubgraph({
  name: "menus",
  sdl,
  resolvers: {
    Query: {
      dish: (_, { id }: { id: string }) => findDish(id),
      search: (_, { text }: { text: string }) => search(text),
    },
    Mutation: {
      addDish: (_, { input }: { input: Omit<Dish, "id"> }) => ({ id: "new", ...input }),
      renameDish: (_, { id, name }: { id: string; name: string }) => {
        const dish = findDish(id);
        return dish && { ...dish, name };
      },
    },
    SearchResult: {
      __resolveType: (result: Dish | { id: string }) => ("name" in result ? "Dish" : "Restaurant"),
    },
    Restaurant: {
      __resolveReference: (restaurant: { id: string }) => restaurant,
      dishes: ({ id }: { id: string }, { first }: { first?: number }) => dishesOf(id).slice(0, first ?? 100),
      choice: ({ id, seats }: { id: string; seats: number }) => dishesOf(id).length / seats,
      menuNote: ({ id }: { id: string }) => {
        if (id === "2") throw new Error("The note of restaurant 2 is lost");
        return `Note ${id}`;
      },
    },
    Dish: {
      __resolveReference: ({ id }: { id: string }) => findDish(id),
      restaurant: ({ restaurantId }: Dish) => ({ id: restaurantId }),
    },
  },
});

function findDish(id: string): Dish | undefined {
  return dishes.find((dish) => dish.id === id);
}

function dishesOf(restaurantId: string): Dish[] {
  return dishes.filter((dish) => dish.restaurantId === restaurantId);
}

function search(text: string): (Dish | { id: string })[] {
  const found = dishes.filter((dish) => dish.name.toLowerCase().includes(text.toLowerCase()));
  return found.flatMap((dish) => [dish, { id: dish.restaurantId }]);
}
