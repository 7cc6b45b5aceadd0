import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  ProvidedRequiredArgumentsRule,
  parse,
  specifiedRules,
  ValuesOfCorrectTypeRule,
  validate,
} from "graphql";
import { createPlanner } from "../../router/src/planner/create-planner.ts";
import { measurePlan } from "../../router/src/planner/measure-plan.ts";
import type { QueryPlan } from "../../router/src/planner/plan.ts";
import { PlanningError } from "../../router/src/planner/planner.ts";
import { printPlan } from "../../router/src/planner/print-plan.ts";
import { buildApiSchema } from "../../router/src/supergraph/api-schema.ts";
import { readSupergraph } from "../../router/src/supergraph/read-supergraph.ts";
import { fetchesOf } from "./fetches-of.ts";

export interface PlannedFigures {
  fetches: number;
  /** Fetches one after the other. */
  depth: number;
  subgraphs: readonly string[];
  /** What its entities are kept under in the entity cache, as `orders: Order by id`. */
  cacheKeys: readonly string[];
  text: string;
}

export type PlanOne = (operation: string) => Promise<PlannedFigures | undefined>;

/** Plans as the router does. Undefined for an operation that the supergraph does not answer. */
export function planWith(supergraphSdl: string): PlanOne {
  const supergraph = readSupergraph(supergraphSdl);
  const schema = buildApiSchema(supergraph.document, { offersDefer: true });
  const planner = createPlanner(supergraph.document);
  return async (operation) => {
    const parsed = read(operation, schema);
    if (!parsed) return undefined;
    try {
      return describe(
        await planner.plan({ ...parsed, overrideLabels: new Set(), overridePercentage: 100, defers: false }),
      );
    } catch (error) {
      if (error instanceof PlanningError) return undefined;
      throw error;
    }
  };
}

/** Signatures hold no values: what is wrong with those says nothing about the plan. */
const rules = specifiedRules.filter(
  (rule) => rule !== ValuesOfCorrectTypeRule && rule !== ProvidedRequiredArgumentsRule,
);

function read(text: string, schema: GraphQLSchema) {
  const document = parseOrNone(text);
  if (!document) return undefined;
  if (validate(schema, document, rules, { maxErrors: 1 }).length > 0) return undefined;
  const definition = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  return { definition, fragments };
}

/** Whoever reports operations may report anything. */
function parseOrNone(text: string): DocumentNode | undefined {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function describe(plan: QueryPlan): PlannedFigures {
  const { fetches, depth } = measurePlan(plan.node);
  const found = fetchesOf(plan.node);
  return {
    ...{ fetches, depth },
    subgraphs: [...new Set(found.map(({ subgraph }) => subgraph))].sort(),
    cacheKeys: [...new Set(found.flatMap(({ cacheKeys }) => cacheKeys))].sort(),
    text: printPlan(plan),
  };
}
