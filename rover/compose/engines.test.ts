import { describe, expect, test } from "bun:test";
import { lexicographicSortSchema, parse, printSchema } from "graphql";
import { exampleSubgraphs } from "../../example/subgraphs.ts";
import { buildApiSchema } from "../../router/src/supergraph/api-schema.ts";
import { handwritten } from "../../tests/differential/schemas/index.ts";
import { composeSubgraphs, engines } from "./compose-subgraphs.ts";

type NamedSdl = { name: string; sdl: string };

const graphs: Record<string, readonly NamedSdl[]> = {
  ...handwritten,
  // The MIT one refuses an @external field that leaves out an argument which clients never see.
  contexts: handwritten.contexts!.filter(({ name }) => name !== "dues"),
  example: exampleSubgraphs,
};

describe("both compositions", () => {
  test.each(Object.entries(graphs))("give clients of %s the same schema", (_, subgraphs) => {
    const sources = subgraphs.map(({ name, sdl }) => ({ name, sdl, url: `http://${name}.test` }));
    const [mit, apollo] = [engines.mit!, engines.apollo!].map((engine) => {
      const outcome = composeSubgraphs(sources, engine);
      if ("Err" in outcome) throw new Error(JSON.stringify(outcome.Err.build_errors));
      return apiOf(outcome.Ok.supergraphSdl);
    });
    expect(mit).toBe(apollo!);
  });
});

function apiOf(supergraphSdl: string): string {
  return printSchema(lexicographicSortSchema(buildApiSchema(parse(supergraphSdl), { offersDefer: false })));
}
