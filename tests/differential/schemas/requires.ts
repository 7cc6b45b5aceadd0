import { federation2 } from "./federation-2.ts";

/** `@requires` with arguments, fragments, through value types, nested entities, and in circles over subgraphs. */
export const requires = federation2({
  shop: `
    type Query { items: [Item!] item(id: ID!): Item me: User }
    type Item @key(fields: "id") {
      id: ID!
      price(currency: String = "EUR", precise: Boolean): Float!
      size: Size!
      media: Media
      variants: [Variant]
      taxed: Float @requires(fields: "duty") @shareable
      duty: Float @external
    }
    type Size @shareable { width: Int height: Int! }
    union Media = Photo | Video
    type Photo @shareable { url: String! pixels: Int }
    type Video @shareable { url: String! seconds: Int! }
    type Variant @key(fields: "code") { code: ID! color: String }
    type User @key(fields: "id") { id: ID! profile: Profile }
    type Profile @shareable { user: Identity }
    type Identity @key(fields: "id") { id: ID! first: String }
  `,
  freight: `
    type Item @key(fields: "id") {
      id: ID!
      price(currency: String = "EUR", precise: Boolean): Float! @external
      size: Size! @external
      media: Media @external
      variants: [Variant] @external
      insured: String @external
      fee: Float! @requires(fields: "price(currency: \\"USD\\", precise: true) size { width height }")
      preview: String @requires(fields: "media { ... on Photo { url pixels } ... on Video { seconds } }")
      colors: [String] @requires(fields: "variants { color }")
      duty: Float @requires(fields: "insured")
    }
    type Size @shareable { width: Int height: Int! }
    union Media = Photo | Video
    type Photo @shareable { url: String! pixels: Int }
    type Video @shareable { url: String! seconds: Int! }
    type Variant @key(fields: "code") { code: ID! color: String @external }
    type Identity @key(fields: "id") { id: ID! first: String @external greeting: String! @requires(fields: "first") }
  `,
  insurance: `
    type Query { insured: [Item] }
    type Item @key(fields: "id") {
      id: ID!
      fee: Float! @external
      colors: [String] @external
      policy(level: Int = 2): Policy @requires(fields: "fee colors")
      insured: String @requires(fields: "fee")
    }
    type Policy @key(fields: "number") { number: ID! holder: User risk: Int }
    type User @key(fields: "id") { id: ID! }
  `,
  risk: `
    type Item @key(fields: "id") {
      id: ID!
      policy(level: Int = 2): Policy @external
      duty: Float @external
      score: Int @requires(fields: "policy(level: 5) { risk } duty")
    }
    type Policy @key(fields: "number") {
      number: ID!
      risk: Int @external
      holder: User @external
      grade: String @requires(fields: "risk holder { rank }")
    }
    type User @key(fields: "id") { id: ID! rank: Int @external profile: Profile @external badge: String @requires(fields: "profile { user { first } }") }
    type Profile @shareable { user: Identity }
    type Identity @key(fields: "id") { id: ID! first: String @external }
  `,
  people: `
    type Query { users(ids: [ID!]!): [User]! }
    type User @key(fields: "id") { id: ID! rank: Int items(first: Int): [Item!]! }
    type Item @key(fields: "id") { id: ID! }
  `,
});
