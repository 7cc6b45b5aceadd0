import { parseArgs } from "node:util";
import { TokenIssuer } from "../e2e/support/token-issuer.ts";
import { findDifference } from "./find-difference.ts";

/** The property test with more runs: `bun tests/caching/main.ts --runs 200 --steps 100 --seed 1`. */
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    steps: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
  },
});
const [runs, steps, firstSeed] = [values.runs, values.steps, values.seed].map(Number) as [
  number,
  number,
  number,
];
await using issuer = await TokenIssuer.open();
const { differences, hits, misses } = await findDifference({ issuer, firstSeed, runs, steps });
console.log(`${runs} runs of ${steps} steps from seed ${firstSeed}: ${hits} hits, ${misses} misses`);
for (const difference of differences) console.log(JSON.stringify(difference, null, 2));
process.exitCode = differences.length > 0 ? 1 : 0;
