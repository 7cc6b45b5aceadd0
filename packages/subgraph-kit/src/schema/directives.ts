import { roles } from "../context/caller.ts";

/**
 * What a schema.graphql declares to use the kit's directives. Each schema states them itself, so that Rover can compose
 * it as it stands; federation leaves the directives out of the supergraph, and the subgraph enforces them.
 */
export const kitDirectives = `directive @auth(requires: Role!) on FIELD_DEFINITION | OBJECT
directive @rateLimit(limit: Int!, duration: Int!) on FIELD_DEFINITION
directive @cacheControl(
  maxAge: Int
  scope: CacheControlScope
  inheritMaxAge: Boolean
) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION

enum Role {
${roles.map((role) => `  ${role}`).join("\n")}
}

enum CacheControlScope {
  PUBLIC
  PRIVATE
}
`;
