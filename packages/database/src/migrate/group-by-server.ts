import type { DatabaseServer } from "../database-server.ts";

/** The owner's address of each server, and the schemas on it. */
export function groupByServer(server: DatabaseServer, schemas: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const schema of schemas) {
    const url = server.ownerUrl(schema);
    groups.set(url, [...(groups.get(url) ?? []), schema]);
  }
  return groups;
}
