import { federation2 } from "./federation-2.ts";

/** Fields that moved, for good and step by step; one of them is a key, one is required elsewhere. */
export const overrides = federation2({
  monolith: `
    type Query { orders: [Order!] order(id: ID!): Order recent: [Order] customers: [Customer] }
    type Order @key(fields: "id") @key(fields: "number") {
      id: ID!
      number: Int!
      total: Float
      status: Status
      note: String
      lines: [Line!]!
      customer: Customer
    }
    type Line { title: String amount: Int! }
    type Customer @key(fields: "email") { email: ID! name: String points: Int }
    enum Status { OPEN PAID SENT }
  `,
  orders: `
    type Query { recent: [Order] @override(from: "monolith") }
    type Order @key(fields: "id") @key(fields: "number") {
      id: ID!
      number: Int!
      total: Float @override(from: "monolith")
      status: Status @override(from: "monolith", label: "percent(30)")
      note: String @override(from: "monolith", label: "percent(0)")
    }
    enum Status { OPEN PAID SENT }
  `,
  billing: `
    type Order @key(fields: "number") {
      number: Int!
      total: Float @external
      invoice: String @requires(fields: "total")
      customer: Customer @override(from: "monolith", label: "percent(100)")
    }
    type Customer @key(fields: "email") {
      email: ID!
      points: Int @override(from: "monolith")
      name: String @override(from: "monolith", label: "percent(50)")
      orders: [Order]
    }
  `,
});
