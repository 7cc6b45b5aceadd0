import type { Change } from "@graphql-inspector/core";

interface Counts {
  additions: number;
  removals: number;
  edits: number;
}

export function countChanges(changes: readonly Change[]): { type: Counts; field: Counts } {
  const type: Counts = { additions: 0, removals: 0, edits: 0 };
  const field: Counts = { additions: 0, removals: 0, edits: 0 };
  for (const change of changes) {
    const name = String(change.type);
    const counts = name.startsWith("TYPE_") ? type : field;
    if (name.endsWith("_ADDED")) counts.additions += 1;
    else if (name.endsWith("_REMOVED")) counts.removals += 1;
    else counts.edits += 1;
  }
  return { type, field };
}
