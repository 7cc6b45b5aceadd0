import { federation2 } from "./federation-2.ts";

/** Shared roots and value types, fields of value types in different subgraphs, things clients may not see. */
export const shared = federation2({
  left: `
    type Query @shareable { viewer: Viewer! settings: Settings pages(where: Filter): [Page!] leftOnly: String }
    type Viewer @shareable { id: ID! name: String inbox: Inbox locale: Locale secret: String @inaccessible }
    type Inbox @shareable { unread: Int! folders: [String!]! }
    type Settings { theme: String! @shareable dark: Boolean }
    type Page @key(fields: "slug") { slug: ID! body: String views: Int hidden: Hidden @inaccessible }
    type Hidden @inaccessible { reason: String }
    input Filter { text: String size: Int! = 3 inner: Filter internal: Int @inaccessible }
    enum Locale { EN DE FR }
  `,
  right: `
    type Query @shareable { viewer: Viewer! settings: Settings rightOnly(mode: Mode, depth: Int = 1 @inaccessible): String }
    type Viewer @shareable { id: ID! name: String inbox: Inbox likes: [Page] locale: Locale }
    type Inbox @shareable { unread: Int! folders: [String!]! starred: Int }
    type Settings { theme: String! @shareable zoom: Float }
    type Page @key(fields: "slug") { slug: ID! hidden: Hidden @external likes: Int @requires(fields: "hidden { reason }") }
    type Hidden @inaccessible { reason: String @external }
    enum Mode { FAST SLOW BROKEN @inaccessible }
    enum Locale { EN DE FR IT @inaccessible }
  `,
  third: `
    type Query @shareable { viewer: Viewer! pages(where: Filter): [Page!] page(slug: ID!): Page }
    type Viewer @shareable { id: ID! age: Int favorites: [Page] }
    type Page @key(fields: "slug") { slug: ID! tags: [[String!]!] }
    input Filter { text: String size: Int! = 3 inner: Filter internal: Int @inaccessible }
  `,
});
