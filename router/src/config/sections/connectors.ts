import { anything, map, object, section } from "../schema/compound.ts";
import { boolean, integer, url } from "../schema/scalar.ts";

const source = object({
  override_url: url().optional(),
  max_requests_per_operation: integer().optional(),
  $config: map(anything()).default({}),
});

export const connectorsSection = section({
  sources: map(source).default({}),
  subgraphs: map(object({ $config: map(anything()).default({}), sources: map(source).default({}) })).default(
    {},
  ),
  debug_extensions: boolean().default(false),
  expose_sources_in_context: boolean().default(false),
  max_requests_per_operation_per_source: integer().optional(),
  preview_connect_v0_2: boolean().optional(),
  preview_connect_v0_3: boolean().optional(),
  preview_connect_v0_4: boolean().optional(),
}).refused("connectors", ({ sources, subgraphs }) => Object.keys({ ...sources, ...subgraphs }).length > 0);
