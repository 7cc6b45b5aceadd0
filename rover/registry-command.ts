// Every subgraph of rover.config.yaml before a registry, with real Rover:
//   npm run subgraphs -- check GRAPH@VARIANT [--comment FILE]   what would break, and a text for the pull request
//   npm run subgraphs -- publish GRAPH@VARIANT
// APOLLO_REGISTRY_URL and APOLLO_KEY say which registry and who asks.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type CheckOutcome, writeComment } from "./check-comment.ts";
import { type ConfiguredSubgraph, readRoverConfig } from "./read-rover-config.ts";
import { runRover } from "./run-rover.ts";

const root = join(import.meta.dir, "..");
const { positionals, values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    comment: { type: "string" },
    config: { type: "string", default: join(root, "rover.config.yaml") },
  },
});
const [command, ref = ""] = positionals;
const subgraphs = readRoverConfig(values.config);

if (!/^[^@]+@[^@]+$/.test(ref) || (command !== "check" && command !== "publish")) {
  console.error("usage: npm run subgraphs -- check|publish GRAPH@VARIANT [--comment FILE]");
  process.exit(2);
}
process.exit(command === "check" ? await checkAll() : await publishAll());

async function checkAll(): Promise<number> {
  const outcomes: CheckOutcome[] = [];
  for (const subgraph of subgraphs) {
    const { exitCode, stdout } = await rover(["subgraph", "check", ...about(subgraph), "--format", "json"]);
    const outcome = { subgraph: subgraph.name, passed: exitCode === 0, answer: readJson(stdout) };
    outcomes.push(outcome);
    console.log(`${outcome.passed ? "passed" : "FAILED"}  ${subgraph.name}`);
  }
  const comment = writeComment(ref, outcomes);
  if (values.comment) writeFileSync(values.comment, comment);
  else console.log(`\n${comment}`);
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

async function publishAll(): Promise<number> {
  let failed = 0;
  for (const subgraph of subgraphs) {
    const args = [...about(subgraph), "--routing-url", subgraph.routingUrl];
    const { exitCode, stderr } = await rover(["subgraph", "publish", ...args]);
    console.log(stderr.trim());
    if (exitCode !== 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}

function about({ name, file }: ConfiguredSubgraph): string[] {
  return [ref, "--name", name, "--schema", file];
}

function rover(args: readonly string[]) {
  return runRover(args, { cwd: root, home: join(root, ".data/rover"), environment: process.env });
}

function readJson(text: string): CheckOutcome["answer"] {
  try {
    return JSON.parse(text);
  } catch {
    return { error: { message: text.trim() || "Rover said nothing" } };
  }
}
