import { eq } from "drizzle-orm";
import { GraphQLError, parse } from "graphql";
import type { SubgraphSource } from "../../../rover/compose/read-compose-file.ts";
import { RegistryError } from "../caller.ts";
import { buildContract } from "../contract/build-contract.ts";
import { contractsOf } from "../contract/launch-contracts.ts";
import type { Tx } from "../database.ts";
import {
  approvals,
  type CheckRow,
  checks,
  type GitContext,
  type LaunchRow,
  type VariantRow,
} from "../db/tables.ts";
import { apiSchema, type Build, buildSupergraph } from "../launch/build.ts";
import { hashOf, readDocument } from "../launch/documents.ts";
import { findLaunch, requireVariant } from "../launch/launches.ts";
import { proposeSubgraph } from "../launch/publish-subgraph.ts";
import type { Window } from "../usage/find-uses.ts";
import { budgetTask } from "./budget-task.ts";
import { type CheckConfig, windowOf } from "./check-input.ts";
import { judgeChanges } from "./judge-changes.ts";
import { lintSchema } from "./lint.ts";
import { type ContractResult, type StoredTask, statusOf } from "./tasks.ts";

export interface NewCheck {
  variant: string;
  /** Undefined for a graph without subgraphs. */
  subgraph?: string;
  sdl: string;
  config: CheckConfig;
  git: GitContext;
  actor: string;
}

/** Whether a schema may be published: it composes, hurts nobody who asks, reads as it should, and so do its contracts. */
export async function runCheck(tx: Tx, check: NewCheck): Promise<CheckRow> {
  const variant = await requireVariant(tx, check.variant);
  requireGraphql(check.sdl);
  const tasks = await runTasks(tx, variant, check);
  const { subgraph = null, git, actor } = check;
  const [row] = await tx
    .insert(checks)
    .values({ variant: variant.name, subgraph, status: statusOf(tasks), tasks, git, actor })
    .returning();
  return row!;
}

async function runTasks(tx: Tx, variant: VariantRow, check: NewCheck): Promise<StoredTask[]> {
  const { subgraph: name, sdl, config } = check;
  const { sources, base } = name
    ? await proposeSubgraph(tx, variant.name, { name, sdl })
    : { sources: [], base: undefined };
  const build = name ? buildSupergraph(sources) : { supergraph: sdl, api: sdl };
  const served = await findLaunch(tx, variant.servedLaunch);
  const composition: StoredTask = {
    kind: "composition",
    status: "errors" in build ? "FAILED" : "PASSED",
    isModified: !("errors" in build) && hashOf(build.supergraph) !== served?.supergraphHash,
    errors: "errors" in build ? build.errors : [],
  };
  const lint = lintTask(sdl, { base, levels: variant.settings.lint });
  if ("errors" in build) return [composition, lint];
  const window = windowOf(variant.name, config, variant.settings);
  const operations = await operationsTask(tx, { served, build, window });
  const contracts = await contractsTask(tx, { source: variant.name, sources, config });
  const before = await readDocument(tx, served?.supergraphHash ?? null);
  const budget =
    before === undefined
      ? undefined
      : await budgetTask(tx, { before, after: build.supergraph, window, settings: variant.settings });
  return [...(name ? [composition] : []), operations, lint, ...(budget ? [budget] : []), ...contracts];
}

interface OperationsQuestion {
  served: LaunchRow | undefined;
  build: Exclude<Build, { errors: unknown }>;
  window: Window;
}

async function operationsTask(
  tx: Tx,
  { served, build, window }: OperationsQuestion,
): Promise<Extract<StoredTask, { kind: "operations" }>> {
  const before = await readDocument(tx, served?.apiHash ?? null);
  if (before === undefined) return { kind: "operations", status: "PASSED", checked: 0, changes: [] };
  const rows = await tx.select().from(approvals).where(eq(approvals.variant, window.variant));
  const { checked, changes } = await judgeChanges(
    tx,
    { before: apiSchema(before), after: apiSchema(build.api) },
    { window, approved: new Set(rows.map(({ change }) => change)) },
  );
  const isBroken = changes.some(({ severity }) => severity === "FAILURE");
  return { kind: "operations", status: isBroken ? "FAILED" : "PASSED", checked, changes };
}

function lintTask(sdl: string, options: Parameters<typeof lintSchema>[1]): StoredTask {
  const diagnostics = lintSchema(sdl, options);
  const isBad = diagnostics.some(({ level }) => level === "ERROR");
  return { kind: "lint", status: isBad ? "FAILED" : "PASSED", diagnostics };
}

/** Each contract over this variant, as it would be. */
async function contractsTask(
  tx: Tx,
  { source, sources, config }: { source: string; sources: readonly SubgraphSource[]; config: CheckConfig },
): Promise<StoredTask[]> {
  const results: ContractResult[] = [];
  for (const variant of await contractsOf(tx, source)) {
    const build = buildContract(sources, variant.contract);
    results.push({ variant: variant.name, problems: await problemsOf(tx, variant, { build, config }) });
  }
  if (results.length === 0) return [];
  const isBroken = results.some(({ problems }) => problems.length > 0);
  return [{ kind: "contracts", status: isBroken ? "FAILED" : "PASSED", results }];
}

async function problemsOf(
  tx: Tx,
  { name, settings, servedLaunch }: VariantRow,
  { build, config }: { build: Build; config: CheckConfig },
): Promise<string[]> {
  if ("errors" in build) return build.errors.map(({ message }) => message);
  const served = await findLaunch(tx, servedLaunch);
  const { changes } = await operationsTask(tx, { served, build, window: windowOf(name, config, settings) });
  return changes.flatMap(({ severity, description }) => (severity === "FAILURE" ? [description] : []));
}

/** Composition says of a document that is none that it is none; here nothing may even be written down. */
export function requireGraphql(sdl: string): void {
  try {
    parse(sdl);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
    throw new RegistryError(
      "BAD_INPUT",
      `The schema is not GraphQL: ${error.message} (line ${line}, column ${column})`,
    );
  }
}
