import { BoundedCache } from "../bounded-cache.ts";
import type { RouterConfig } from "../config/router-config.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { QueryPlan } from "../planner/plan.ts";
import type { Supergraph } from "../supergraph/read-supergraph.ts";
import { type AnswerCost, compileAnswerCost } from "./answer-cost.ts";
import { type CostSchema, readCostSchema } from "./cost-schema.ts";
import { type Costs, compilePlanCost, type EstimatePlan } from "./plan-cost.ts";

/** Estimates what plans cost. */
export interface CostModel {
  compilePlan(plan: QueryPlan): EstimatePlan;
  /** Undefined where costs are only estimated for others, such as rate limits. */
  readonly demandControl: DemandControl | undefined;
}

/** What operations may cost, as `demand_control` says. */
export interface DemandControl {
  readonly isEnforced: boolean;
  readonly max: number;
  /** Whether what subgraphs answer is counted, or what the client gets. */
  readonly countsSubgraphs: boolean;
  refusalFor(subgraph: string, costs: Costs): GraphqlError | undefined;
  answerCostOf(document: string): AnswerCost;
}

type DemandControlConfig = NonNullable<RouterConfig["demandControl"]>;

/** Undefined where nothing asks for costs. */
export function createCostModel(config: RouterConfig, supergraph: Supergraph): CostModel | undefined {
  const { demandControl } = config;
  const isControlled = demandControl?.enabled === true;
  if (!isControlled && !hasCostLimit(config)) return undefined;
  const schema = readCostSchema(supergraph.document);
  const listSizeFor = demandControl ? listSizesOf(demandControl) : () => listSizeDefault;
  return {
    compilePlan: (plan) => compilePlanCost(plan, { schema, listSizeFor }),
    demandControl: isControlled ? createDemandControl(demandControl, schema) : undefined,
  };
}

/** Where rate limits are weighed by costs and nothing says how long lists are. */
const listSizeDefault = 10;

function hasCostLimit({ plugins }: RouterConfig): boolean {
  const limits = plugins["mycelium.rate_limit"];
  return limits?.enabled === true && limits.rules.some(({ weight }) => weight === "cost");
}

function listSizesOf({ strategy }: DemandControlConfig): (subgraph: string) => number {
  const { listSize, subgraph } = strategy.staticEstimated;
  return (name) =>
    (own(subgraph.subgraphs, name) ?? subgraph.all).listSize ?? subgraph.all.listSize ?? listSize;
}

const answerCostsMax = 4_096;

function createDemandControl({ mode, strategy }: DemandControlConfig, schema: CostSchema): DemandControl {
  const { max, subgraph, actualCostMode } = strategy.staticEstimated;
  const answerCosts = new BoundedCache<string, AnswerCost>({ entriesMax: answerCostsMax });
  const isEnforced = mode === "enforce";
  return {
    isEnforced,
    max,
    countsSubgraphs: actualCostMode === "by_subgraph",
    refusalFor(name, costs) {
      const subgraphMax = own(subgraph.subgraphs, name)?.max ?? subgraph.all.max;
      const cost = costs.get(name);
      if (!isEnforced || subgraphMax === undefined || cost === undefined || cost <= subgraphMax) {
        return undefined;
      }
      return tooExpensiveFor(name, cost, subgraphMax);
    },
    answerCostOf(document) {
      const known = answerCosts.get(document);
      if (known) return known;
      const compiled = compileAnswerCost(document, schema);
      answerCosts.set(document, compiled);
      return compiled;
    },
  };
}

function tooExpensiveFor(subgraph: string, cost: number, max: number): GraphqlError {
  return {
    message: `query estimated cost ${cost} exceeded configured maximum ${max} for subgraph ${subgraph}`,
    extensions: {
      "cost.subgraph": subgraph,
      "cost.subgraph.estimated": cost,
      "cost.subgraph.max": max,
      code: "SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE",
    },
  };
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
