// What Rover starts to compose: supergraph-v<version> compose <file>. Prints one line of JSON and fails on errors.
import { readFileSync } from "node:fs";
import { composeSubgraphs, type Engine, engines } from "./compose-subgraphs.ts";
import { readComposeFile } from "./read-compose-file.ts";

const [command, path] = process.argv.slice(2);
if (command !== "compose" || path === undefined) {
  console.error("usage: compose <file with subgraphs and their schemas>");
  process.exit(2);
}
const outcome = await composeSubgraphs(readComposeFile(readFileSync(path, "utf8")), readEngine());
await Bun.write(Bun.stdout, `${JSON.stringify(outcome)}\n`);
process.exit("Ok" in outcome ? 0 : 1);

function readEngine(): Engine {
  const name = process.env.MYCELIUM_COMPOSITION ?? "mit";
  const engine = engines[name];
  if (engine) return engine;
  console.error(`MYCELIUM_COMPOSITION is ${name}: it can be ${Object.keys(engines).join(" or ")}`);
  process.exit(2);
}
