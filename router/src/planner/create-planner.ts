import { type DocumentNode, parse } from "graphql";
import { buildPlan } from "./build/build-plan.ts";
import { CacheWeights, type HitRate } from "./cache-weights.ts";
import { planEachDeferral } from "./defer/plan-each-deferral.ts";
import { explainOperation, type PlanExplanation } from "./explain/explain-operation.ts";
import { readSupergraph } from "./graph/read-supergraph.ts";
import { SchemaView } from "./graph/schema-view.ts";
import { normalizeOperation } from "./normalize/normalize-operation.ts";
import { SelectionInterner } from "./normalize/selection.ts";
import type { QueryPlan } from "./plan.ts";
import type { PlannableOperation, Planner } from "./planner.ts";
import { Solver } from "./search/solver.ts";

/** Views are kept for this many sets of active override labels. */
const viewsMax = 64;
/** Selection sets that planning an operation makes are numbered from here, those of the supergraph below. */
const operationIdsFrom = 1_000_000_000;

export interface PlannerOptions {
  /** Lets plans prefer what the entity cache is likely to have. */
  hitRate?: HitRate;
}

export interface ExplainingPlanner extends Planner {
  /** Reads the cache's hit rates again. */
  reconsider(): void;
  explain(operation: PlannableOperation): PlanExplanation;
}

/** The planner of our own: plans any valid operation against the supergraph, without native code. */
export function createPlanner(
  supergraph: string | DocumentNode,
  { hitRate }: PlannerOptions = {},
): ExplainingPlanner {
  const document = typeof supergraph === "string" ? parse(supergraph, { noLocation: true }) : supergraph;
  const model = readSupergraph(document);
  const names = model.subgraphs.map(({ name }) => name);
  const weights = hitRate && new CacheWeights(hitRate, names);
  const weighing = weights === undefined ? {} : { weigh: weights.weigh };
  const views = new Map<string, SchemaView>();
  const percentages = model.overrideLabels.map(percentageOf).filter((value) => value !== undefined);
  const viewFor = ({ overrideLabels, overridePercentage }: PlannableOperation): SchemaView => {
    const active = model.overrideLabels.filter((label) => {
      const percentage = percentageOf(label);
      return percentage === undefined ? overrideLabels.has(label) : overridePercentage < percentage;
    });
    const key = active.join(" ");
    let view = views.get(key);
    if (view === undefined) {
      if (views.size >= viewsMax) views.clear();
      view = new SchemaView(model, new Set(active));
      views.set(key, view);
    }
    return view;
  };
  const planNow = (operation: PlannableOperation): QueryPlan => {
    const view = viewFor(operation);
    return planEachDeferral(operation.defers ? operation : undefined, (deferrals) => {
      const interner = new SelectionInterner(operationIdsFrom);
      const normalized = normalizeOperation(view, operation, interner, deferrals);
      const solver = new Solver(view, interner, weighing);
      return buildPlan({ view, solver, interner, operation: normalized });
    });
  };
  return {
    overrideLabels: model.overrideLabels.filter((label) => percentageOf(label) === undefined),
    overridePercentages: [...new Set(percentages)],
    plan: (operation) => new Promise((resolve) => resolve(planNow(operation))),
    explain: (operation) => explainOperation(viewFor(operation), operation, weighing),
    get weighting() {
      return weights?.name ?? "";
    },
    reconsider: () => weights?.reconsider(),
  };
}

/** The number of a `percent(x)` label. */
function percentageOf(label: string): number | undefined {
  const match = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
