import { federation2 } from "./federation-2.ts";

/** Several, compound, nested and non-resolvable keys; a key with a part that can be null; chains of keys. */
export const keys = federation2({
  catalog: `
    type Query {
      products(first: Int = 3, after: ID): [Product!]!
      product(id: ID!): Product
      brands: [Brand]
    }
    type Product @key(fields: "id") @key(fields: "sku region") {
      id: ID!
      sku: String!
      region: String
      title: String!
      brand: Brand!
      warehouse: Warehouse
    }
    type Brand @key(fields: "code") {
      code: Int!
      name: String
    }
    type Warehouse @key(fields: "location { zone shelf }", resolvable: false) {
      location: Location!
    }
    type Location @shareable { zone: String! shelf: Int! }
  `,
  prices: `
    type Query { cheapest: [Product] }
    type Product @key(fields: "sku region") {
      sku: String!
      region: String
      price(currency: Currency = EUR): Float
      discounts: [Discount!]
    }
    type Discount { percent: Int! until: String }
    enum Currency { EUR USD GBP }
  `,
  stock: `
    type Product @key(fields: "id") {
      id: ID!
      inStock: Boolean!
      storedAt: [Warehouse!]!
      parts: [[Part]]
    }
    type Warehouse @key(fields: "location { zone shelf }") @key(fields: "number") {
      number: Int!
      location: Location!
      capacity: Int
      products: [Product]
    }
    type Location @shareable { zone: String! shelf: Int! }
    type Part @key(fields: "serial maker { code }") {
      serial: String!
      maker: Brand!
      weight: Float
    }
    type Brand @key(fields: "code") { code: Int! parts: [Part] }
  `,
  logistics: `
    type Query { warehouses(numbers: [Int!]): [Warehouse] }
    type Warehouse @key(fields: "number") { number: Int! trucks: [Truck!]! manager: String }
    type Truck @key(fields: "plate") @key(fields: "fleet { name } number") {
      plate: ID!
      number: Int!
      fleet: Fleet!
    }
    type Fleet @shareable { name: String! }
    type Part @key(fields: "serial maker { code }") { serial: String! maker: Brand! suppliers: [String] }
    type Brand @key(fields: "code", resolvable: false) { code: Int! }
  `,
  fleet: `
    type Truck @key(fields: "fleet { name } number") {
      number: Int!
      fleet: Fleet!
      driver: String
      cargo: [Product]
    }
    type Fleet @shareable { name: String! }
    type Product @key(fields: "id", resolvable: false) { id: ID! }
  `,
});
