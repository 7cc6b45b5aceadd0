import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { TokenIssuer } from "../e2e/support/token-issuer.ts";
import { findDifference } from "./find-difference.ts";
import { savedSeeds } from "./saved-seeds.ts";

setDefaultTimeout(120_000);

const issuer = await TokenIssuer.open();
afterAll(() => issuer[Symbol.asyncDispose]());

test("with random tenants, claims, selections and invalidations the cache answers as the router without it", async () => {
  const { differences, hits, misses } = await findDifference({ issuer, firstSeed: 1, runs: 12, steps: 40 });
  expect(differences).toEqual([]);
  // A cache that never serves anything would pass, too.
  expect(hits).toBeGreaterThan(misses / 8);
});

test.each(savedSeeds)("the seed that found something once: %i", async (seed) => {
  const { differences } = await findDifference({ issuer, firstSeed: seed, runs: 1, steps: 150 });
  expect(differences).toEqual([]);
});
