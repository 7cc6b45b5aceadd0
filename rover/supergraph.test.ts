import { expect, test } from "bun:test";
import { committedSupergraph, composeSupergraph } from "./compose-supergraph.ts";

test("supergraph.graphql is what its subgraphs compose to (npm run compose)", async () => {
  expect(committedSupergraph()).toBe(await composeSupergraph());
}, 30_000);
