import { type Change, diff } from "@graphql-inspector/core";
import type { GraphQLSchema } from "graphql";

/** What changed for clients: descriptions, and directives that only servers read, did not. */
export async function diffSchemas(before: GraphQLSchema, after: GraphQLSchema): Promise<Change[]> {
  const changes = await diff(before, after);
  return changes.filter(({ type }) => !/DESCRIPTION|^DIRECTIVE_USAGE/.test(String(type)));
}
