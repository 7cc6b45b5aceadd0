import { root, runCommand } from "./run-command.ts";

/** For one test: a busy machine may take its time. */
const timeoutMs = 30_000;

/**
 * Runs every test. A suite whose server is not on this machine is counted as not run; with REQUIRE_ALL=1 that
 * is a failure.
 */
const command = ["bun", "test", "--timeout", String(timeoutMs), ...process.argv.slice(2)];
const { exitCode, output } = await runCommand(command);
const passed = count("pass");
const failed = count("fail");
const notRun = count("skip") + count("todo");

console.log(
  notRun > 0 ? `\n${notRun} tests not run: a server that they need is missing on this machine` : "",
);
console.log(`${passed} passed, ${failed} failed, ${notRun} skipped`);
if (passed === 0) console.error(`no test ran in ${root}`);
const missing = process.env.REQUIRE_ALL === "1" && notRun > 0;
if (missing) console.error("REQUIRE_ALL=1: tests that were not run count as failures");
process.exit(exitCode !== 0 || failed > 0 || passed === 0 || missing ? 1 : 0);

/** Bun's summary has lines such as ` 12 pass`. */
function count(word: string): number {
  return Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(output)?.[1] ?? 0);
}
