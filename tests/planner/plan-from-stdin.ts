import { createPlanner } from "../../router/src/planner/create-planner.ts";
import { parseOperation } from "../../router/src/planner/normalize/normalize-operation.ts";

/** Plans what arrives on standard input, in whatever runtime this is, and answers one plan a line. */
export interface PlanTask {
  supergraphSdl: string;
  operations: readonly string[];
}

const chunks: Uint8Array[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const lines: string[] = [];
for (const { supergraphSdl, operations } of JSON.parse(Buffer.concat(chunks).toString()) as PlanTask[]) {
  const planner = createPlanner(supergraphSdl);
  const labels = { overrideLabels: new Set<string>(), overridePercentage: 50, defers: true };
  for (const text of operations) {
    const plan = await planner.plan({ ...parseOperation(text, "Main"), ...labels });
    lines.push(JSON.stringify(plan));
  }
}
await new Promise((written) => process.stdout.write(lines.join("\n"), written));
