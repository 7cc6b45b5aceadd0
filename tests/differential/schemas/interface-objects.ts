import { federation2 } from "./federation-2.ts";

/** Interfaces that are entities, known elsewhere as one object; with requires, and reached from both sides. */
export const interfaceObjects = federation2({
  library: `
    type Query { media: [Media!] book(id: ID!): Book loans: [Loan] }
    interface Media @key(fields: "id") { id: ID! title: String! length: Int }
    type Book implements Media @key(fields: "id") { id: ID! title: String! length: Int author: Person }
    type Film implements Media @key(fields: "id") { id: ID! title: String! length: Int director: Person! }
    type Song implements Media @key(fields: "id") @key(fields: "isrc") { id: ID! isrc: String! title: String! length: Int }
    type Loan { of: Media days: Int }
    type Person @key(fields: "id") { id: ID! name: String }
  `,
  ratings: `
    type Query { best(limit: Int = 5): [Media!]! worst: Media }
    type Media @interfaceObject @key(fields: "id") {
      id: ID!
      length: Int @external
      rating: Float
      density: Float @requires(fields: "length")
      votes: [Vote!]
    }
    type Vote { by: Person stars: Int! on: Media }
    type Person @key(fields: "id") { id: ID! votes: [Vote] }
  `,
  shelves: `
    type Query { shelves: [Shelf] }
    type Shelf @key(fields: "id") { id: ID! holds: [Media] spot: Spot }
    union Spot = Person | Shelf
    type Person @key(fields: "id") { id: ID! }
    type Media @interfaceObject @key(fields: "id") { id: ID! shelf: Shelf label: String! }
  `,
  charts: `
    type Query { charts: [Song] }
    type Song @key(fields: "isrc") { isrc: String! place(country: String): Int }
  `,
});
