import { sql } from "drizzle-orm";
import {
  comparePlans,
  defaultBudget,
  type KnownOperation,
  type PlanBudget,
} from "../../../rover/plan-budget/compare-plans.ts";
import type { Tx } from "../database.ts";
import type { Window } from "../usage/find-uses.ts";
import type { VariantSettings } from "../variant-settings.ts";
import type { StoredTask } from "./tasks.ts";

const operationsMax = 2_000;
const findingsMax = 50;

export interface BudgetQuestion {
  /** The supergraphs that are served and proposed. */
  before: string;
  after: string;
  window: Window;
  settings: VariantSettings;
}

/** Whether what clients ask takes more fetches than before: undefined where nobody wants to know. */
export async function budgetTask(
  tx: Tx,
  { before, after, window, settings }: BudgetQuestion,
): Promise<StoredTask | undefined> {
  const budget: PlanBudget = { ...defaultBudget, ...withoutUndefined(settings.budget ?? {}) };
  if (budget.level === "OFF" || before === after) return undefined;
  const operations = await mostAsked(tx, window);
  const { compared, findings, orphanedKeys, leftOut } = await comparePlans({
    before,
    after,
    operations,
    budget,
  });
  const status = findings.some(({ level }) => level === "ERROR") ? "FAILED" : "PASSED";
  return {
    kind: "budget",
    status,
    compared,
    leftOut,
    findings: findings.slice(0, findingsMax),
    orphanedKeys,
  };
}

async function mostAsked(tx: Tx, { variant, from, to }: Window): Promise<KnownOperation[]> {
  const { rows } = await tx.execute<{ name: string | null; signature: string }>(sql`
    SELECT operations.name, operations.signature FROM operations
    JOIN (SELECT operation, sum(count) AS count FROM usage
      WHERE variant = ${variant} AND hour >= ${from.toISOString()} AND hour <= ${to.toISOString()}
      GROUP BY 1) AS asked ON asked.operation = operations.hash
    ORDER BY asked.count DESC LIMIT ${operationsMax}`);
  return rows.map(({ name, signature }) => ({ name: name ?? signature.slice(0, 60), text: signature }));
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
