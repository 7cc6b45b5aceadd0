import { runCommand } from "./run-command.ts";

/** What a change must pass, here and in CI: format and lint, types, then every test. */
const steps = [
  { name: "format and lint", command: ["biome", "check", "."] },
  { name: "types", command: ["tsc", "--noEmit"] },
  { name: "tests (dependency direction among them)", command: ["bun", "scripts/test.ts"] },
];

for (const { name, command } of steps) {
  console.log(`\n── ${name}`);
  const { exitCode } = await runCommand(command);
  if (exitCode !== 0) {
    console.error(`\n${name}: failed`);
    process.exit(exitCode);
  }
}
console.log("\nverified");
