import { parseArgs } from "node:util";
import { defaultConfig } from "../config/router-config.ts";
import { prepareOperation } from "../operation/prepare-operation.ts";
import { createPlanner } from "../planner/create-planner.ts";
import { drawPlan } from "../planner/explain/draw-plan.ts";
import { explainInWords } from "../planner/explain/explain-in-words.ts";
import { PlanningError } from "../planner/planner.ts";
import { planToJson, printPlan } from "../planner/print-plan.ts";
import { buildApiSchema } from "../supergraph/api-schema.ts";
import { readSupergraph, SupergraphError } from "../supergraph/read-supergraph.ts";
import type { CommandIo } from "./command-io.ts";
import { exitCode } from "./exit-code.ts";

const usage =
  "Usage: router plan --supergraph FILE --operation FILE [--operation-name NAME] [--json] [--explain | --picture]\n";

/** Shows how the router would answer an operation, without asking any subgraph. */
export async function runPlanCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    io.stderr(usage);
    return exitCode.usage;
  }
  const files = [options.supergraph, options.operation].map((path) => ({ path, text: io.readFile(path) }));
  const missing = files.find(({ text }) => text === undefined);
  if (missing) {
    io.stderr(`there is no file ${missing.path}\n`);
    return exitCode.invalid;
  }
  const [supergraphSdl = "", operationText = ""] = files.map(({ text }) => text);
  try {
    return await planAndPrint({ supergraphSdl, operationText, ...options }, io);
  } catch (error) {
    if (!(error instanceof SupergraphError) && !(error instanceof PlanningError)) throw error;
    io.stderr(`${error.message}\n`);
    return exitCode.invalid;
  }
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: {
        supergraph: { type: "string", short: "s" },
        operation: { type: "string" },
        "operation-name": { type: "string" },
        json: { type: "boolean", default: false },
        explain: { type: "boolean", default: false },
        picture: { type: "boolean", default: false },
      },
    });
    const { supergraph, operation, json, explain, picture, "operation-name": operationName } = values;
    return supergraph === undefined || operation === undefined
      ? undefined
      : { supergraph, operation, operationName, json, explain, picture };
  } catch {
    return undefined;
  }
}

interface PlanRequest {
  supergraphSdl: string;
  operationText: string;
  operationName: string | undefined;
  json: boolean;
  explain: boolean;
  /** Nothing but the picture, as SVG. */
  picture: boolean;
}

async function planAndPrint(request: PlanRequest, io: CommandIo): Promise<number> {
  const supergraph = readSupergraph(request.supergraphSdl);
  const config = defaultConfig();
  const prepared = prepareOperation(request.operationText, request.operationName, {
    schema: buildApiSchema(supergraph.document, { offersDefer: true }),
    limits: config.limits,
    reportsCoercionErrors: false,
    warn: (message) => io.stderr(`${message}\n`),
  });
  if (prepared.kind === "refused") {
    for (const { message, locations } of prepared.refusal.errors) {
      io.stderr(`${locations?.[0] ? `${locations[0].line}:${locations[0].column} ` : ""}${message}\n`);
    }
    return exitCode.invalid;
  }
  const { asksSubgraphs, definition, fragments } = prepared.operation;
  const planner = createPlanner(supergraph.document);
  const asked = {
    definition,
    fragments,
    overrideLabels: new Set<string>(),
    overridePercentage: 100,
    defers: true,
  };
  if (request.picture) {
    io.stdout(drawPlan(planner.explain(asked)));
    return exitCode.ok;
  }
  const plan = asksSubgraphs ? await planner.plan(asked) : ({ kind: "QueryPlan" } as const);
  io.stdout(request.json ? `${JSON.stringify(planToJson(plan), null, 2)}\n` : printPlan(plan));
  if (request.explain) io.stdout(`\n${explainInWords(planner.explain(asked))}`);
  return exitCode.ok;
}
