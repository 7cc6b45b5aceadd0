import { expect, test } from "bun:test";
import type { Difference } from "./compare.ts";
import { startRouter } from "./engines/router.ts";
import { type FoundCase, readFoundCases } from "./found-cases.ts";
import { checkRequest } from "./harness.ts";
import { buildWorld } from "./world/world.ts";

for (const { name, found } of readFoundCases()) {
  test(name, async () => {
    const difference = await replay(found);
    if (found.open) expect(difference, "repaired: take `open` out of the case").toBeDefined();
    else expect(difference).toBeUndefined();
  });
}

async function replay(found: FoundCase): Promise<Difference | undefined> {
  const world = buildWorld(found.supergraph, found.subgraphs);
  expect(world.monolith.validate(found.request.query)).toEqual([]);
  const router = await startRouter(world);
  try {
    return (await checkRequest(world, router, found.request))?.difference;
  } finally {
    await router.stop();
  }
}
