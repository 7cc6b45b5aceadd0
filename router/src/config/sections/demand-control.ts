import { map, object, oneOf, section } from "../schema/compound.ts";
import { boolean, integer32, number } from "../schema/scalar.ts";
import { enforcement } from "./shared/enforcement.ts";

const subgraphBudget = section({ list_size: integer32().optional(), max: number().optional() });

const strategy = object({
  static_estimated: object({
    list_size: integer32().describe("How long a list is taken to be where the schema does not say."),
    max: number().describe("What one operation may cost."),
    actual_cost_mode: oneOf("by_subgraph", "by_response_shape").default("by_subgraph"),
    subgraph: section({ all: subgraphBudget, subgraphs: map(subgraphBudget).default({}) }),
  }),
});

export const demandControlSection = object({
  enabled: boolean(),
  mode: enforcement(),
  strategy,
})
  .omittable()
  .refused("demand control", (keys) => keys?.enabled === true);
