import { list, section } from "../schema/compound.ts";
import { boolean, text } from "../schema/scalar.ts";

export const persistedQueriesSection = section({
  enabled: boolean().default(false),
  log_unknown: boolean().default(false),
  safelist: section({
    enabled: boolean().default(false).describe("Whether only listed operations are answered."),
    require_id: boolean().default(false).describe("Whether they must be asked for by their id."),
  }),
  local_manifests: list(text()).optional().describe("Files that list the operations."),
  hot_reload: boolean().default(false),
  experimental_prewarm_query_plan_cache: section({
    on_startup: boolean().default(false),
    on_reload: boolean().default(true),
  }),
})
  .check(({ enabled, logUnknown, safelist }, report) => {
    if (safelist.enabled && !enabled) {
      report(["safelist", "enabled"], "needs persisted_queries.enabled to be true");
    }
    if (logUnknown && !enabled) {
      report(["log_unknown"], "needs persisted_queries.enabled to be true");
    }
    if (enabled && safelist.requireId && !safelist.enabled) {
      report(["safelist", "require_id"], "needs persisted_queries.safelist.enabled to be true");
    }
  })
  .refused("lists of persisted queries", ({ enabled }) => enabled);
