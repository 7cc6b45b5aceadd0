import { type PlannedFigures, type PlanOne, planWith } from "./plan-with.ts";

/** How much more than before an operation may take. */
export interface PlanBudget {
  /** What is more than this fails, warns, or is not looked at. */
  level: "ERROR" | "WARNING" | "OFF";
  moreFetches: number;
  deeper: number;
  moreSubgraphs: number;
}

export const defaultBudget: PlanBudget = { level: "WARNING", moreFetches: 0, deeper: 0, moreSubgraphs: 0 };

export interface KnownOperation {
  name: string;
  text: string;
}

/** An operation whose plan is over the budget. */
export interface PlanFinding {
  operation: string;
  level: "ERROR" | "WARNING";
  /** What there is more of, in words. */
  reasons: string[];
  /** What the entity cache holds for it and will not be asked for any more. */
  orphanedKeys: string[];
  before: string;
  after: string;
}

export interface PlanComparison {
  compared: number;
  findings: PlanFinding[];
  /** Over all operations, whatever the budget says. */
  orphanedKeys: string[];
  /** Set where there was no time for all. */
  leftOut: number;
}

export interface Comparison {
  before: string;
  after: string;
  operations: readonly KnownOperation[];
  budget: PlanBudget;
  /** Operations that come after it are left out, and counted. */
  timeMsMax?: number;
}

const timeMsDefault = 20_000;

/** What a change of the supergraph does to the plans of known operations. */
export async function comparePlans({
  before,
  after,
  operations,
  budget,
  timeMsMax = timeMsDefault,
}: Comparison): Promise<PlanComparison> {
  const [planBefore, planAfter] = [planWith(before), planWith(after)];
  const endMs = performance.now() + timeMsMax;
  const findings: PlanFinding[] = [];
  const [keysBefore, keysAfter] = [new Set<string>(), new Set<string>()];
  let compared = 0;
  let looked = 0;
  for (const operation of operations) {
    if (performance.now() > endMs) break;
    looked += 1;
    const plans = await planBoth(operation.text, { planBefore, planAfter });
    if (!plans) continue;
    compared += 1;
    for (const key of plans.before.cacheKeys) keysBefore.add(key);
    for (const key of plans.after.cacheKeys) keysAfter.add(key);
    const finding = judge(operation, plans, budget);
    if (finding) findings.push(finding);
  }
  const orphanedKeys = without([...keysBefore], [...keysAfter]);
  return { compared, findings, orphanedKeys, leftOut: operations.length - looked };
}

interface Plans {
  before: PlannedFigures;
  after: PlannedFigures;
}

/** Undefined where one of the two does not answer it: that is another check's to say. */
async function planBoth(
  text: string,
  { planBefore, planAfter }: { planBefore: PlanOne; planAfter: PlanOne },
): Promise<Plans | undefined> {
  const [before, after] = [await planBefore(text), await planAfter(text)];
  return before && after && { before, after };
}

function judge({ name }: KnownOperation, plans: Plans, budget: PlanBudget): PlanFinding | undefined {
  if (budget.level === "OFF") return undefined;
  const { before, after } = plans;
  const added = without(after.subgraphs, before.subgraphs);
  const reasons = [
    more("fetches", before.fetches, after.fetches, budget.moreFetches),
    more("fetches one after the other", before.depth, after.depth, budget.deeper),
    more("subgraphs", before.subgraphs.length, after.subgraphs.length, budget.moreSubgraphs),
  ].filter((reason) => reason !== undefined);
  if (reasons.length === 0) return undefined;
  return {
    operation: name,
    level: budget.level,
    reasons: added.length > 0 ? [...reasons, `asks ${added.join(", ")} too`] : reasons,
    orphanedKeys: without(before.cacheKeys, after.cacheKeys),
    before: before.text,
    after: after.text,
  };
}

function more(what: string, before: number, after: number, allowed: number): string | undefined {
  return after - before > allowed ? `${after} ${what} where ${before} were enough` : undefined;
}

function without(all: readonly string[], others: readonly string[]): string[] {
  return all.filter((one) => !others.includes(one));
}
