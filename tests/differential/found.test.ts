import { expect, test } from "bun:test";
import { startRouter } from "./engines/router.ts";
import { readFoundCases } from "./found-cases.ts";
import { checkRequest } from "./harness.ts";
import { buildWorld } from "./world/world.ts";

const cases = readFoundCases();

test.each(cases.map(({ name, found }) => [name, found] as const))("%s", async (_name, found) => {
  const world = buildWorld(found.supergraph, found.subgraphs);
  expect(world.monolith.validate(found.request.query)).toEqual([]);
  const router = await startRouter(world);
  try {
    expect((await checkRequest(world, router, found.request))?.difference).toBeUndefined();
  } finally {
    await router.stop();
  }
});
