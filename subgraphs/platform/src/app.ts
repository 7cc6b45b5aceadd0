import { readFileSync } from "node:fs";
import type { HostParts } from "@mycelium/host";
import { createSubgraph, type Subgraph } from "@mycelium/subgraph-kit";
import * as tables from "./db/tables.ts";
import { resolvers } from "./resolvers.ts";

export const name = "platform";
export const typeDefs = readFileSync(new URL("../schema.graphql", import.meta.url), "utf8");

export function createApp(parts: HostParts): Subgraph<typeof tables> {
  const database = parts.openDatabase({ schema: name, tables });
  return createSubgraph({ ...parts, name, typeDefs, resolvers, database });
}
