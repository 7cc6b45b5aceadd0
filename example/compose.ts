// Writes supergraph.graphql: bun example/compose.ts
import { join } from "node:path";
import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { parse } from "graphql";
import { examplePort, exampleSubgraphs } from "./subgraphs.ts";

export const exampleSupergraphPath = join(import.meta.dir, "supergraph.graphql");

if (import.meta.main) await Bun.write(exampleSupergraphPath, composeExample());

export function composeExample(): string {
  const result = composeServices(
    exampleSubgraphs.map(({ name, sdl }) => ({
      name,
      typeDefs: parse(sdl),
      url: `http://127.0.0.1:${examplePort}/${name}`,
    })),
  );
  if (compositionHasErrors(result)) throw new Error(result.errors.map((error) => error.message).join("\n"));
  return `${result.supergraphSdl.trim()}\n`;
}
