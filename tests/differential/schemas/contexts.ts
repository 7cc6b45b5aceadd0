import { federation2 } from "./federation-2.ts";

/** Contextual arguments: from the same subgraph and others, over lists, unions and values, one context in another. */
export const contexts = federation2({
  shop: `
    type Query @context(name: "site") { customers: [Customer!] customer: Customer party: Party locale: String basket: Basket }
    type Customer @key(fields: "id") @context(name: "buyer") {
      id: ID!
      currency: String!
      baskets: [Basket]
      account: Account
      address: Address @external
      rank: Int @external
    }
    type Address @shareable { country: String! city: String }
    type Basket @key(fields: "id") {
      id: ID!
      name: String
      tax(site: String @fromContext(field: "$site { locale }"), rate: Int = 2): Float
      items: [Item!]
    }
    type Account @key(fields: "id") {
      id: ID!
      balance(money: String @fromContext(field: "$buyer { currency }")): Float
      region(country: String @fromContext(field: "$buyer { address { country } }")): String
      bonus(rank: Int @fromContext(field: "$buyer { rank }"), least: Int): Int
    }
    type Item @key(fields: "id") { id: ID! label: String }
    union Party @context(name: "party") = Person | Company
    type Person @key(fields: "id") { id: ID! first: String! contact: Contact }
    type Company @key(fields: "id") { id: ID! brand: String! contact: Contact }
    type Contact @key(fields: "id") {
      id: ID!
      greeting(name: String @fromContext(field: "$party ... on Person { first } ... on Company { brand }")): String
    }
  `,
  people: `
    type Query { people: [Customer] }
    type Customer @key(fields: "id") { id: ID! address: Address rank: Int tags: [String] friend: Customer }
    type Address @shareable { country: String! city: String }
    type Basket @key(fields: "id") { id: ID! weight: Int }
  `,
  prices: `
    type Customer @key(fields: "id") @context(name: "payer") { id: ID! tags: [String] @external wallet: Wallet }
    type Wallet @key(fields: "id") { id: ID! cards: [Card!]! }
    type Card @key(fields: "id") { id: ID! limit(tags: [String] @fromContext(field: "$payer { tags }")): Int offer: Offer }
    type Offer @key(fields: "id") { id: ID! text(tags: [String] @fromContext(field: "$payer { tags }"), upper: Boolean): String }
  `,
  dues: `
    type Customer @key(fields: "id") {
      id: ID!
      account: Account @external
      due: Int @requires(fields: "account { balance bonus(least: 3) }")
    }
    type Account @key(fields: "id") { id: ID! balance: Float @external bonus(least: Int): Int @external }
  `,
});
