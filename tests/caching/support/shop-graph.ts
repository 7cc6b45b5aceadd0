/** Four subgraphs over one shop, with all that makes entities hard to keep: arguments, @requires, nested and abstract types. */
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@external", "@shareable"])`;

export const shopSdl = {
  users: `${link}
    type Query { me: User user(id: ID!): User users: [User!]! }
    type Mutation { rename(id: ID!, name: String!): User }
    type User @key(fields: "id") { id: ID! name: String email: String address: Address }
    type Address { street: String city: String }`,
  products: `${link}
    type Query { topProducts(first: Int = 3): [Product!]! product(upc: String!): Product }
    type Product @key(fields: "upc") {
      upc: String! name: String price(currency: String = "EUR"): Int weight: Int tags: [String!] media: [Media!]
    }
    interface Media { url: String }
    type Image implements Media { url: String width: Int }
    type Video implements Media { url: String seconds: Int }`,
  stock: `${link}
    type Product @key(fields: "upc") {
      upc: String! weight: Int @external inStock: Boolean delivery: Int @requires(fields: "weight")
    }`,
  reviews: `${link}
    type Product @key(fields: "upc") { upc: String! reviews: [Review!]! }
    type User @key(fields: "id") { id: ID! reviews: [Review!]! }
    type Review { id: ID! body: String author: User product: Product }`,
} as const;

export type ShopSubgraph = keyof typeof shopSdl;

export interface ShopData {
  users: Record<
    string,
    { id: string; name: string; email: string; address: { street: string; city: string } }
  >;
  products: Record<string, ShopProduct>;
  inStock: Record<string, boolean>;
  reviews: { id: string; body: string; author: string; product: string }[];
}

export interface ShopProduct {
  upc: string;
  name: string;
  prices: Record<string, number>;
  weight: number;
  tags: string[];
  media: { __typename: "Image" | "Video"; url: string; width?: number; seconds?: number }[];
}

export function shopData(): ShopData {
  return {
    users: {
      "1": { id: "1", name: "Ada", email: "ada@example.com", address: { street: "A", city: "London" } },
      "2": { id: "2", name: "Bob", email: "bob@example.com", address: { street: "B", city: "Paris" } },
      "3": { id: "3", name: "Cleo", email: "cleo@example.com", address: { street: "C", city: "Rome" } },
    },
    products: Object.fromEntries(
      ["p1", "p2", "p3", "p4", "p5"].map((upc, index) => [
        upc,
        {
          upc,
          name: `Product ${index + 1}`,
          prices: { EUR: 10 * (index + 1), USD: 11 * (index + 1) },
          weight: 100 * (index + 1),
          tags: [`tag-${index}`, "all"],
          media: [
            { __typename: "Image", url: `${upc}.png`, width: index },
            { __typename: "Video", url: `${upc}.mp4`, seconds: index },
          ],
        } satisfies ShopProduct,
      ]),
    ),
    inStock: { p1: true, p2: false, p3: true, p4: false, p5: true },
    reviews: [
      { id: "r1", body: "good", author: "1", product: "p1" },
      { id: "r2", body: "bad", author: "2", product: "p1" },
      { id: "r3", body: "fine", author: "3", product: "p2" },
      { id: "r4", body: "great", author: "1", product: "p3" },
    ],
  };
}

type Reference = { id: string; upc: string; weight: number };

/** What the subgraphs resolve from data that a test may change. */
export function shopResolvers(data: ShopData) {
  const review = (each: ShopData["reviews"][number]) => ({
    ...each,
    author: { __typename: "User", id: each.author },
    product: { __typename: "Product", upc: each.product },
  });
  const reviewsOf = (key: "author" | "product", value: string) =>
    data.reviews.filter((each) => each[key] === value).map(review);
  return {
    users: {
      Query: {
        me: () => data.users["1"],
        user: (_: unknown, { id }: Reference) => data.users[id],
        users: () => Object.values(data.users),
      },
      Mutation: {
        rename(_: unknown, { id, name }: { id: string; name: string }) {
          data.users[id]!.name = name;
          return data.users[id];
        },
      },
      User: { __resolveReference: ({ id }: Reference) => data.users[id] ?? null },
    },
    products: {
      Query: {
        topProducts: (_: unknown, { first }: { first: number }) =>
          Object.values(data.products).slice(0, first),
        product: (_: unknown, { upc }: Reference) => data.products[upc],
      },
      Product: {
        __resolveReference: ({ upc }: Reference) => data.products[upc] ?? null,
        price: ({ prices }: ShopProduct, { currency }: { currency: string }) => prices[currency] ?? null,
      },
    },
    stock: {
      Product: {
        __resolveReference: (reference: Reference) => reference,
        inStock: ({ upc }: Reference) => data.inStock[upc] ?? null,
        delivery: ({ weight }: Reference) => weight / 10,
      },
    },
    reviews: {
      Product: {
        __resolveReference: (reference: Reference) => reference,
        reviews: ({ upc }: Reference) => reviewsOf("product", upc),
      },
      User: {
        __resolveReference: (reference: Reference) => reference,
        reviews: ({ id }: Reference) => reviewsOf("author", id),
      },
    },
  };
}
