import { createSubgraph } from "../subgraph.ts";

const sdl = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@provides", "@shareable"])

  type Query {
    order(id: ID!): Order
    orders: [Order!]!
  }

  type Mutation {
    placeOrder(input: NewOrder!): Order!
    cancelOrder(id: ID!): Order!
  }

  type Order @key(fields: "id") {
    id: ID!
    state: OrderState!
    guest: Guest! @provides(fields: "name")
    lines: [OrderLine!]!
    totalCents: Int!
  }

  type OrderLine {
    dish: Dish!
    count: Int!
  }

  type Guest @key(fields: "id") {
    id: ID!
    name: String! @external
    orders: [Order!]!
  }

  type Dish @key(fields: "id") {
    id: ID!
    ordered: Int!
  }

  enum OrderState {
    PLACED
    SERVED
    CANCELLED
  }

  input NewOrder {
    guestId: ID!
    lines: [NewOrderLine!]!
  }

  input NewOrderLine {
    dishId: ID!
    count: Int! = 1
  }
`;

interface Order {
  id: string;
  state: string;
  guest: { id: string; name?: string };
  lines: { dish: { id: string }; count: number }[];
  totalCents: number;
}

interface NewOrder {
  guestId: string;
  lines: { dishId: string; count: number }[];
}

const orders: Order[] = [
  {
    id: "100",
    state: "SERVED",
    guest: { id: "1", name: "Ada" },
    lines: [
      { dish: { id: "10" }, count: 2 },
      { dish: { id: "11" }, count: 1 },
    ],
    totalCents: 4300,
  },
  {
    id: "101",
    state: "PLACED",
    guest: { id: "2", name: "Ben" },
    lines: [{ dish: { id: "20" }, count: 3 }],
    totalCents: 2700,
  },
];

export const ordersSubgraph = createSubgraph({
  name: "orders",
  sdl,
  resolvers: {
    Query: {
      order: (_, { id }: { id: string }) => orders.find((order) => order.id === id),
      orders: () => orders,
    },
    Mutation: {
      placeOrder: (_, { input }: { input: NewOrder }) => placeOrder(input),
      cancelOrder: (_, { id }: { id: string }) => {
        throw new Error(`Order ${id} cannot be cancelled`);
      },
    },
    Order: { __resolveReference: ({ id }: { id: string }) => orders.find((order) => order.id === id) },
    Guest: {
      __resolveReference: (guest: { id: string }) => guest,
      orders: ({ id }: { id: string }) => orders.filter((order) => order.guest.id === id),
    },
    Dish: {
      __resolveReference: (dish: { id: string }) => dish,
      ordered: ({ id }: { id: string }) => countOrdered(id),
    },
  },
});

function placeOrder({ guestId, lines }: NewOrder): Order {
  return {
    id: "new",
    state: "PLACED",
    guest: { id: guestId },
    lines: lines.map(({ dishId, count }) => ({ dish: { id: dishId }, count })),
    totalCents: 1000 * lines.reduce((sum, { count }) => sum + count, 0),
  };
}

function countOrdered(dishId: string): number {
  const lines = orders.flatMap((order) => order.lines).filter((line) => line.dish.id === dishId);
  return lines.reduce((sum, { count }) => sum + count, 0);
}
