import { federation2 } from "./federation-2.ts";

/** `@provides` of leaves, nested objects, through interfaces and unions; entities with fields only there known. */
export const provides = federation2({
  reviews: `
    type Query {
      topReviews: [Review] @provides(fields: "author { name home { city } }")
      latest: [Review!]!
      feed: [Post] @provides(fields: "... on Article { title } ... on Gallery { title shots }")
      search: [Found] @provides(fields: "... on Article { title words } ... on User { name }")
    }
    type Review @key(fields: "id") {
      id: ID!
      body: String
      author: User
      quick: User @provides(fields: "name")
      about: Post @provides(fields: "... on Article { title } ... on Gallery { title }")
    }
    type User @key(fields: "id") { id: ID! name: String @external home: Home @external }
    type Home { city: String @external }
    interface Post { id: ID! title: String }
    type Article implements Post @key(fields: "id") { id: ID! title: String @external words: Int @external }
    type Gallery implements Post @key(fields: "id") { id: ID! title: String @external shots: [String] @external }
    union Found = Article | User
  `,
  users: `
    type Query { users: [User!] }
    type User @key(fields: "id") {
      id: ID!
      name: String @shareable
      home: Home @shareable
      friends: [User] @provides(fields: "nick")
      nick: String @external
    }
    type Home @shareable { city: String street: String }
  `,
  nicks: `
    type User @key(fields: "id") { id: ID! nick: String @shareable badges: [String!]! }
  `,
  posts: `
    interface Post { id: ID! title: String }
    type Query { posts: [Post!]! article(id: ID!): Article }
    type Article implements Post @key(fields: "id") { id: ID! title: String @shareable words: Int @shareable writer: User }
    type Gallery implements Post @key(fields: "id") { id: ID! title: String @shareable shots: [String] @shareable }
    type User @key(fields: "id") { id: ID! }
  `,
});
