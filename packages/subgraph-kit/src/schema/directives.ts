import { type DocumentNode, Kind, parse } from "graphql";
import { roles } from "../context/caller.ts";

/** Local to the subgraph: federation leaves them out of the supergraph, and the subgraph itself enforces them. */
const directives: Readonly<
  Record<string, { definition: string; type?: { name: string; definition: string } }>
> = {
  cacheControl: {
    definition: `directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
      on FIELD_DEFINITION | OBJECT | INTERFACE | UNION`,
    type: { name: "CacheControlScope", definition: "enum CacheControlScope { PUBLIC PRIVATE }" },
  },
  auth: {
    definition: "directive @auth(requires: Role!) on FIELD_DEFINITION | OBJECT",
    type: { name: "Role", definition: `enum Role { ${roles.join(" ")} }` },
  },
  rateLimit: { definition: "directive @rateLimit(limit: Int!, duration: Int!) on FIELD_DEFINITION" },
};

/** The schema as it was written, with the definitions of those of the kit's directives that it uses. */
export function addDirectives(typeDefs: string): DocumentNode {
  const own = new Set(
    parse(typeDefs).definitions.flatMap((node) =>
      "name" in node && node.name ? [`${node.kind}:${node.name.value}`] : [],
    ),
  );
  const added = Object.entries(directives).flatMap(([name, { definition, type }]) => {
    if (own.has(`${Kind.DIRECTIVE_DEFINITION}:${name}`) || !new RegExp(`@${name}\\b`).test(typeDefs))
      return [];
    const hasType = type === undefined || own.has(`${Kind.ENUM_TYPE_DEFINITION}:${type.name}`);
    return hasType ? [definition] : [definition, type.definition];
  });
  return parse([typeDefs, ...added].join("\n"));
}
