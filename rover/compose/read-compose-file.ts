import { parse } from "yaml";

export interface SubgraphSource {
  name: string;
  url: string;
  sdl: string;
}

/** The file that Rover writes for its plugin: every schema stands in it. */
export function readComposeFile(text: string): SubgraphSource[] {
  const file = parse(text) as {
    subgraphs?: Record<string, { routing_url?: string | null; schema: { sdl: string } }>;
  };
  return Object.entries(file.subgraphs ?? {}).map(([name, { routing_url, schema }]) => ({
    name,
    url: routing_url ?? "",
    sdl: schema.sdl,
  }));
}
