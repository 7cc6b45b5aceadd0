import { buildSchema } from "graphql";
import { type BenchGraph, FEDERATION_LINK } from "./graph.ts";
import { bookByIsbn, books, deliveryDays, noteById, readerById, readers } from "./library-data.ts";

/**
 * Shaped like the graph of the public gateways benchmark (accounts, products, reviews, inventory), so that figures are
 * comparable: six readers, five popular books, eleven notes, all by one author.
 */
export const library: BenchGraph = {
  name: "library",
  subgraphs: [
    {
      name: "readers",
      typeDefs: `${FEDERATION_LINK}
        type Query { reader(id: ID!): Reader  readers(for: String): [Reader] }
        type Reader @key(fields: "id") {
          id: ID!
          handle: String @shareable
          name(for: String): String
          joinedYear: Int
        }`,
      resolvers: {
        Query: { reader: (_, { id }) => readerById(id), readers: () => readers },
        Reader: { __resolveReference: ({ id }: { id: string }) => readerById(id) },
      },
    },
    {
      name: "books",
      typeDefs: `${FEDERATION_LINK}
        type Query { popularBooks(first: Int = 5, for: String): [Book] }
        type Book @key(fields: "isbn") { isbn: String!  title(for: String): String  price: Int  weight: Int }`,
      resolvers: {
        Query: { popularBooks: (_, { first }) => books.slice(0, first) },
        Book: { __resolveReference: ({ isbn }: { isbn: string }) => bookByIsbn(isbn) },
      },
    },
    {
      name: "notes",
      typeDefs: `${FEDERATION_LINK}
        type Note @key(fields: "id") { id: ID!  text: String  book: Book  author: Reader @provides(fields: "handle") }
        type Book @key(fields: "isbn") { isbn: String!  notes(for: String): [Note] }
        type Reader @key(fields: "id") { id: ID!  handle: String @external  notes(for: String): [Note] }`,
      resolvers: {
        Note: { __resolveReference: ({ id }: { id: string }) => noteById(id) },
        Book: { __resolveReference: ({ isbn }: { isbn: string }) => bookByIsbn(isbn) },
        Reader: { __resolveReference: ({ id }: { id: string }) => readerById(id) },
      },
    },
    {
      name: "shelves",
      typeDefs: `${FEDERATION_LINK}
        type Book @key(fields: "isbn") {
          isbn: String!
          price: Int @external
          weight: Int @external
          inStock(for: String): Boolean
          deliveryDays: Int @requires(fields: "price weight")
        }`,
      resolvers: {
        Book: {
          __resolveReference: (reference: { isbn: string }) => ({
            ...bookByIsbn(reference.isbn),
            ...reference,
          }),
          deliveryDays: ({ price, weight }: { price: number; weight: number }) => deliveryDays(price, weight),
        },
      },
    },
  ],
  monolith: buildSchema(`
    type Query {
      reader(id: ID!): Reader
      readers(for: String): [Reader]
      popularBooks(first: Int = 5, for: String): [Book]
    }
    type Reader { id: ID!  handle: String  name(for: String): String  joinedYear: Int  notes(for: String): [Note] }
    type Book {
      isbn: String!
      title(for: String): String
      price: Int
      weight: Int
      inStock(for: String): Boolean
      deliveryDays: Int
      notes(for: String): [Note]
    }
    type Note { id: ID!  text: String  book: Book  author: Reader }
  `),
  monolithRoot: {
    reader: ({ id }: { id: string }) => readerById(id),
    readers: () => readers,
    popularBooks: ({ first }: { first: number }) => books.slice(0, first),
  },
};
