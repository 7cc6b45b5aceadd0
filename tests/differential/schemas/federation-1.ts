/** Subgraphs of federation 1: extensions, external keys, value types shared without a directive. */
export const federation1 = [
  {
    name: "accounts",
    sdl: `
      type Query { me: User users(first: Int): [User!] }
      type User @key(fields: "id") @key(fields: "username name { last }") {
        id: ID!
        username: String!
        name: Name!
        birth: Date
      }
      type Name { first: String last: String! }
      scalar Date
    `,
  },
  {
    name: "reviews",
    sdl: `
      extend type Query { reviews: [Review] }
      type Review @key(fields: "id") {
        id: ID!
        body(short: Boolean = false): String
        author: User @provides(fields: "username")
        product: Product
      }
      extend type User @key(fields: "id") {
        id: ID! @external
        username: String! @external
        reviews(first: Int): [Review]
      }
      extend type Product @key(fields: "upc") {
        upc: String! @external
        reviews: [Review!]!
      }
    `,
  },
  {
    name: "products",
    sdl: `
      extend type Query { top(first: Int = 5): [Product] node: Sellable }
      interface Sellable { price: Int }
      type Product implements Sellable @key(fields: "upc") {
        upc: String!
        name: String
        price: Int
        weight: Int
        maker: Name
      }
      type Name { first: String last: String! }
      type Voucher implements Sellable { price: Int code: String! }
    `,
  },
  {
    name: "inventory",
    sdl: `
      extend type Product @key(fields: "upc") {
        upc: String! @external
        weight: Int @external
        price: Int @external
        inStock: Boolean
        shipping: Int @requires(fields: "price weight")
      }
      extend type User @key(fields: "username name { last }") {
        username: String! @external
        name: Name! @external
        orders: [Product]
      }
      type Name { first: String last: String! }
    `,
  },
];
