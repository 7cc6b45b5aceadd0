import { anything, list, map, object, section } from "../schema/compound.ts";
import { boolean, duration, listenAddress, text } from "../schema/scalar.ts";

export const experimentalChaosSection = section({
  force_schema_reload: duration().optional(),
  force_config_reload: duration().optional(),
}).describe("Reloads again and again, to see what that does to requests.");

export const experimentalDiagnosticsSection = section({
  enabled: boolean().default(false),
  listen: listenAddress().default("127.0.0.1:8089"),
  output_directory: text().default("/tmp/router-diagnostics"),
}).refused("memory profiles of the Rust engine", ({ enabled }) => enabled);

const hoisting = section({ enabled: boolean().default(false) });

export const experimentalHoistOrphanErrorsSection = section({
  all: hoisting,
  subgraphs: map(hoisting).default({}),
}).describe("Whether an entity error without a path is told once, not for each entity.");

export const experimentalTypeConditionedFetchingSection = boolean()
  .default(false)
  .ignored("the planner decides so by itself");

export const experimentalMockSubgraphsSection = map(
  object({
    headers: map(text()).default({}),
    query: map(anything()).default({}),
    mutation: map(anything()).optional(),
    entities: list(map(anything())).default([]),
  }),
)
  .omittable()
  .describe("Answers for all subgraphs from the data that stands here.");
