import { map, object, oneOf, section } from "../schema/compound.ts";
import { boolean, integer32, number } from "../schema/scalar.ts";
import { enforcement } from "./shared/enforcement.ts";

const budget = number().check((max, report) => {
  if (max < 0) report([], "must not be negative");
});

const subgraphBudget = section({
  list_size: integer32().optional(),
  max: budget.optional().describe("What one operation may cost this subgraph."),
});

const strategy = object({
  static_estimated: object({
    list_size: integer32().describe("How long a list is taken to be where the schema does not say."),
    max: budget.describe("What one operation may cost."),
    actual_cost_mode: oneOf("by_subgraph", "by_response_shape")
      .default("by_subgraph")
      .describe("Whether the actual cost is that of what subgraphs answered, or of what the client gets."),
    subgraph: section({ all: subgraphBudget, subgraphs: map(subgraphBudget).default({}) }),
  }),
});

export const demandControlSection = object({
  enabled: boolean(),
  mode: enforcement(),
  strategy,
}).omittable();
