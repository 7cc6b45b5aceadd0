import type { GraphQLSchema } from "graphql";
import { diffSchemas } from "../checks/diff-schemas.ts";

interface Counts {
  additions: number;
  removals: number;
  edits: number;
}

export async function countChanges(
  before: GraphQLSchema,
  after: GraphQLSchema,
): Promise<{ type: Counts; field: Counts }> {
  const type: Counts = { additions: 0, removals: 0, edits: 0 };
  const field: Counts = { additions: 0, removals: 0, edits: 0 };
  for (const change of await diffSchemas(before, after)) {
    const name = String(change.type);
    const counts = name.startsWith("TYPE_") ? type : field;
    if (name.endsWith("_ADDED")) counts.additions += 1;
    else if (name.endsWith("_REMOVED")) counts.removals += 1;
    else counts.edits += 1;
  }
  return { type, field };
}
