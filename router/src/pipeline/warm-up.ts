import { noRequest } from "../telemetry/no-telemetry.ts";
import type { Pipeline } from "./pipeline.ts";
import { planOperation } from "./plan-operation.ts";
import { resolveOperation } from "./resolve-operation.ts";
import type { ResolvedOperation } from "./resolved-operation.ts";

/** However many there are: a reload must come to its end. */
export const warmUpBudgetMs = 10_000;

/** Plans for a new pipeline what the one before it was asked most often. */
export async function warmUp(
  pipeline: Pipeline,
  previous: Pipeline,
  budgetMs = warmUpBudgetMs,
): Promise<void> {
  const { config, telemetry } = pipeline;
  const startedMs = performance.now();
  for (const { operation, requestedName } of mostUsed(
    previous,
    config.supergraph.queryPlanning.warmedUpQueries,
  )) {
    if (performance.now() - startedMs > budgetMs) break;
    await warmUpOne(pipeline, { query: operation.text, operationName: requestedName });
  }
  telemetry.meters.plansWarmedUp(performance.now() - startedMs);
}

/** Plans the operations that are listed, as far as there is time and room for them. */
export async function warmUpListed(
  pipeline: Pipeline,
  occasion: "onStartup" | "onReload",
  budgetMs = warmUpBudgetMs,
): Promise<void> {
  const { config, persistedOperations } = pipeline;
  if (!persistedOperations || !config.persistedQueries.experimentalPrewarmQueryPlanCache[occasion]) return;
  const startedMs = performance.now();
  for (const query of persistedOperations.texts().slice(0, config.supergraph.queryPlanning.cacheLimit)) {
    if (performance.now() - startedMs > budgetMs) break;
    await warmUpOne(pipeline, { query, operationName: undefined });
  }
}

async function warmUpOne(
  pipeline: Pipeline,
  text: { query: string; operationName: string | undefined },
): Promise<void> {
  const resolved = resolveOperation(pipeline, text);
  if (resolved.kind === "next" && resolved.value.operation.introspection === "none") {
    const asked = { pipeline, observer: noRequest, context: new Map() };
    await planOperation(asked, { ...resolved.value, defers: false });
  }
  // The previous pipeline still answers in the same thread.
  await new Promise((resolve) => setImmediate(resolve));
}

/** As many as configured, by default a third, as in Apollo Router. */
function mostUsed({ operations }: Pipeline, configured: number | undefined): ResolvedOperation[] {
  const known = [...operations.keys()].flatMap((key) => {
    const result = operations.get(key);
    return result?.kind === "next" ? [result.value] : [];
  });
  const count = configured ?? Math.floor(known.length / 3);
  return known.toSorted((one, other) => usesOf(other) - usesOf(one)).slice(0, count);
}

function usesOf({ plans }: ResolvedOperation): number {
  return [...plans.values()].reduce((total, plan) => total + (plan.kind === "planned" ? plan.uses : 1), 0);
}
