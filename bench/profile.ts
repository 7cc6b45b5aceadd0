import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureScenario, type Plan } from "./measure/measure-scenario.ts";
import { killChildrenOnExit } from "./process.ts";
import { readProfile, selfTimes } from "./report/cpu-profile.ts";
import { medianOf, scenarioTable } from "./report/scenario-table.ts";
import { figure, tableOf } from "./report/table.ts";
import { myceliumProfiled } from "./routers/mycelium.ts";
import { scenarios } from "./scenarios/all.ts";

/** Fine enough to tell functions of a few microseconds apart over some seconds of load. */
const INTERVAL_US = 200;

await profile();

/**
 * Where this router spends its time under a scenario: the functions with the largest self time, by Bun's profiler.
 * `--keep DIR` keeps the profile for Chrome's developer tools, `--of DIR` takes the router of another working copy.
 */
async function profile(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scenario: { type: "string", default: "heavy" },
      seconds: { type: "string", default: "5" },
      top: { type: "string", default: "30" },
      keep: { type: "string" },
      of: { type: "string" },
    },
  });
  const scenario = scenarios.find(({ name }) => name === values.scenario);
  if (scenario === undefined) throw new Error(`There is no scenario "${values.scenario}".`);
  killChildrenOnExit();
  const workspace = mkdtempSync(join(tmpdir(), "mycelium-profile-"));
  process.on("exit", () => rmSync(workspace, { recursive: true, force: true }));
  const profileDirectory = values.keep ?? workspace;
  const plan: Plan = {
    contenders: [myceliumProfiled({ profileDirectory, intervalUs: INTERVAL_US, workingCopy: values.of })],
    rounds: 1,
    seconds: Number(values.seconds),
    warmUpSeconds: 2,
    workspace,
    progress: (message) => console.error(`  ${message}`),
  };
  const result = await measureScenario({ ...scenario, contenders: plan.contenders }, plan);
  console.log(scenarioTable(result));
  const measured = result.results[0];
  if (measured === undefined) process.exit(1);
  const cpuUsPerRequest = medianOf(measured, "cpuMsPerRequest") * 1000;
  printSelfTimes(await readProfile(profileDirectory), { cpuUsPerRequest, top: Number(values.top) });
  process.exit(0);
}

function printSelfTimes(
  cpuProfile: Awaited<ReturnType<typeof readProfile>>,
  { cpuUsPerRequest, top }: { readonly cpuUsPerRequest: number; readonly top: number },
): void {
  const rows = selfTimes(cpuProfile).slice(0, top);
  const columns = [
    { title: "function", cell: (row: (typeof rows)[number]) => row.functionName },
    { title: "self", cell: (row: (typeof rows)[number]) => `${figure(row.share * 100)} %` },
    { title: "≈ µs/req", cell: (row: (typeof rows)[number]) => figure(row.share * cpuUsPerRequest) },
    { title: "where", cell: (row: (typeof rows)[number]) => row.place },
  ];
  console.log(`\n${tableOf(columns, rows)}`);
  console.log(
    "\nShares are of the samples taken in JavaScript; what the runtime does outside of it is spread over them.",
  );
}
