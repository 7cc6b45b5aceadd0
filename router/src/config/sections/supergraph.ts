import { object, section } from "../schema/compound.ts";
import { boolean, bytes, duration, integer, integer32, listenAddress, text } from "../schema/scalar.ts";
import { enforcement } from "./shared/enforcement.ts";
import { queryPlanRedis } from "./shared/redis.ts";

const planCache = section({
  in_memory: object({ limit: integer({ min: 1 }).describe("How many plans are kept.") }).default({
    limit: 512,
  }),
  redis: queryPlanRedis
    .optional()
    .describe("Plans are shared with other routers that have the same supergraph."),
}).to(({ inMemory, redis }) => ({ limit: inMemory.limit, redis }));

const queryPlanning = section({
  cache: planCache,
  warmed_up_queries: integer()
    .optional()
    .describe(
      "How many of the most used operations are planned again before a new schema takes over; a third if not said.",
    ),
  experimental_plans_limit: integer32().optional().ignored("the planner bounds its own work"),
  experimental_paths_limit: integer32().optional().ignored("the planner bounds its own work"),
  experimental_reuse_query_plans: boolean()
    .default(false)
    .ignored("plans are always made anew for a new schema"),
  experimental_cooperative_cancellation: section({
    enabled: boolean().default(true),
    mode: enforcement().default("measure"),
    timeout: duration().optional(),
    memory_limit: bytes().optional(),
  }).ignored("the planner bounds its own work"),
}).to(({ cache, ...others }) => ({ ...others, cacheLimit: cache.limit, cacheRedis: cache.redis }));

export const supergraphSection = section({
  listen: listenAddress().default("127.0.0.1:4000").describe("Where clients reach the router."),
  path: text().default("/").check(checkPath).describe("The path of the GraphQL endpoint."),
  introspection: boolean().default(false).describe("Whether clients may read the schema."),
  query_planning: queryPlanning,
  defer_support: boolean().default(true).describe("Whether @defer is offered."),
  early_cancel: boolean().default(false).describe("Whether work stops when the client hangs up."),
  generate_query_fragments: boolean().default(true).ignored("the planner writes operations in its own way"),
  redact_query_validation_errors: boolean()
    .default(false)
    .describe("Whether a client learns only that its operation is invalid, not why."),
  strict_variable_validation: enforcement()
    .default("enforce")
    .describe("Whether unknown input fields in variables are refused or only logged."),
  enable_result_coercion_errors: boolean()
    .default(false)
    .describe("Whether values of the wrong type give errors, as the GraphQL specification says."),
  connection_shutdown_timeout: duration()
    .default("60s")
    .describe("How long open connections may finish their work when the router stops or reloads."),
  experimental_log_on_broken_pipe: boolean().default(false).ignored("a client that hangs up is not logged"),
});

function checkPath(path: string, report: (below: [], message: string) => void): void {
  if (!path.startsWith("/")) {
    report([], `"${path}" must start with "/"`);
  }
  if (path.includes("/*/")) {
    report([], `"${path}" may have "*" only at its end; name the part instead, as in "/:project/graphql"`);
  }
}
