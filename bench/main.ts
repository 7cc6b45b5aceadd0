import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureScenario, type Plan } from "./measure/measure-scenario.ts";
import { measureStarts } from "./measure/measure-starts.ts";
import type { ScenarioResult, StartResult } from "./measure/results.ts";
import { messageOf } from "./message-of.ts";
import { type BenchOptions, readOptions } from "./options.ts";
import { apolloPeer, hivePeer, isInstalled } from "./peers.ts";
import { killChildrenOnExit } from "./process.ts";
import { goalsTable } from "./report/goals.ts";
import { machineFacts, machineText } from "./report/machine.ts";
import { scenarioTable, startTable } from "./report/scenario-table.ts";
import { writeReport } from "./report/write-report.ts";
import { START_SCENARIO, scenarios } from "./scenarios/all.ts";
import type { Scenario } from "./scenarios/scenario.ts";

await main(readOptions(process.argv.slice(2)));

async function main(options: BenchOptions): Promise<void> {
  requireTools(options);
  killChildrenOnExit();
  const workspace = mkdtempSync(join(tmpdir(), "mycelium-bench-"));
  process.on("exit", () => rmSync(workspace, { recursive: true, force: true }));
  const machine = machineFacts(options.contenders);
  console.log(machineText(machine));

  const deadline = performance.now() + options.minutesMax * 60_000;
  const plan: Plan = { ...options, workspace, progress: showProgress };
  const starts = options.scenarioNames.has(START_SCENARIO) ? await runStarts(plan) : [];
  const results: ScenarioResult[] = [];
  const skipped: string[] = [];
  for (const scenario of scenarios.filter(({ name }) => options.scenarioNames.has(name))) {
    if (performance.now() > deadline) {
      skipped.push(scenario.name);
      continue;
    }
    console.error(`${scenario.name}: ${scenario.title}`);
    const result = await measureOrExplain(scenario, plan);
    results.push(result);
    console.log(`\n${scenarioTable(result)}\n`);
  }
  console.log(goalsTable(results, starts));
  console.log(`\nWritten to ${await writeReport({ machine, options, starts, results, skipped })}`);
  const isIncomplete =
    skipped.length > 0 ||
    results.some(({ notRun }) => notRun.length > 0) ||
    starts.some(({ failure }) => failure !== undefined);
  process.exit(isIncomplete ? 1 : 0);
}

/** One scenario that cannot be set up does not cost the figures of the others. */
async function measureOrExplain(scenario: Scenario, plan: Plan): Promise<ScenarioResult> {
  try {
    return await measureScenario(scenario, plan);
  } catch (error) {
    const { name, title, connections } = scenario;
    return {
      scenario: name,
      title,
      connections,
      results: [],
      notRun: [{ router: "every router", reason: messageOf(error) }],
    };
  }
}

async function runStarts(plan: Plan): Promise<StartResult[]> {
  const starts = await measureStarts(plan);
  console.log(`\n${startTable(starts)}\n`);
  return starts;
}

function requireTools({ contenders }: BenchOptions): void {
  const names = contenders.map(({ name }) => name);
  const absentPeers = [apolloPeer, hivePeer].filter(
    (peer) => names.includes(peer.crate.split("-")[0]!) && !isInstalled(peer),
  );
  const absentTools = ["wrk", "rustc"].filter((tool) => Bun.which(tool) === null);
  for (const { crate, version } of absentPeers)
    console.error(`${crate} ${version} is not built: npm run bench:peers`);
  for (const tool of absentTools) console.error(`${tool} is not installed`);
  if (process.platform !== "linux")
    console.error("The bench reads CPU times from /proc: it runs on Linux only.");
  if (absentPeers.length > 0 || absentTools.length > 0 || process.platform !== "linux") process.exit(1);
}

function showProgress(message: string): void {
  console.error(`  ${message}`);
}
