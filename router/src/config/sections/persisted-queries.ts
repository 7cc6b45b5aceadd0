import { list, section } from "../schema/compound.ts";
import { boolean, text } from "../schema/scalar.ts";

export const persistedQueriesSection = section({
  enabled: boolean().default(false),
  log_unknown: boolean().default(false).describe("Whether operations that are not listed are logged."),
  safelist: section({
    enabled: boolean().default(false).describe("Whether only listed operations are answered."),
    require_id: boolean().default(false).describe("Whether they must be asked for by their id."),
  }),
  local_manifests: list(text()).optional().describe("Files that list the operations."),
  hot_reload: boolean().default(false).describe("Whether the files are watched."),
  experimental_prewarm_query_plan_cache: section({
    on_startup: boolean().default(false),
    on_reload: boolean().default(true),
  }),
})
  .check(({ enabled, logUnknown, safelist, hotReload, localManifests }, report) => {
    if (enabled && hotReload && !localManifests) {
      report(["hot_reload"], "needs persisted_queries.local_manifests");
    }
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
  .refusedWhen(
    "persisted queries from GraphOS; give local_manifests",
    ({ enabled, localManifests }) => enabled && localManifests === undefined,
  );
