import { object } from "./schema/compound.ts";
import type { Infer } from "./schema/schema.ts";
import { apqSection } from "./sections/apq.ts";
import { authenticationSection } from "./sections/authentication.ts";
import { authorizationSection } from "./sections/authorization.ts";
import { batchingSection } from "./sections/batching.ts";
import { connectorsSection } from "./sections/connectors.ts";
import { coprocessorSection } from "./sections/coprocessor.ts";
import { corsSection } from "./sections/cors.ts";
import { csrfSection } from "./sections/csrf.ts";
import { demandControlSection } from "./sections/demand-control.ts";
import {
  experimentalChaosSection,
  experimentalDiagnosticsSection,
  experimentalHoistOrphanErrorsSection,
  experimentalMockSubgraphsSection,
  experimentalTypeConditionedFetchingSection,
} from "./sections/experimental.ts";
import { forbidMutationsSection } from "./sections/forbid-mutations.ts";
import {
  enhancedClientAwarenessSection,
  fleetDetectorSection,
  licenseEnforcementSection,
} from "./sections/graphos.ts";
import { headersSection } from "./sections/headers.ts";
import { healthCheckSection } from "./sections/health-check.ts";
import { homepageSection } from "./sections/homepage.ts";
import { includeSubgraphErrorsSection } from "./sections/include-subgraph-errors.ts";
import { limitsSection } from "./sections/limits.ts";
import { overrideSubgraphUrlSection } from "./sections/override-subgraph-url.ts";
import { persistedQueriesSection } from "./sections/persisted-queries.ts";
import { pluginsSection } from "./sections/plugins.ts";
import { previewEntityCacheSection } from "./sections/preview-entity-cache.ts";
import { previewFileUploadsSection } from "./sections/preview-file-uploads.ts";
import { progressiveOverrideSection } from "./sections/progressive-override.ts";
import { reloadSection } from "./sections/reload.ts";
import { responseCacheSection } from "./sections/response-cache.ts";
import { rhaiSection } from "./sections/rhai.ts";
import { sandboxSection } from "./sections/sandbox.ts";
import { serverSection } from "./sections/server.ts";
import { subscriptionSection } from "./sections/subscription.ts";
import { supergraphSection } from "./sections/supergraph.ts";
import { telemetrySection } from "./sections/telemetry/telemetry.ts";
import { tlsSection } from "./sections/tls.ts";
import { trafficShapingSection } from "./sections/traffic-shaping.ts";

/** Every section of the file. Which of them this engine has is said in the section's own file. */
export const rootSchema = object({
  supergraph: supergraphSection,
  homepage: homepageSection,
  sandbox: sandboxSection,
  health_check: healthCheckSection,
  server: serverSection,
  cors: corsSection,
  csrf: csrfSection,
  headers: headersSection,
  include_subgraph_errors: includeSubgraphErrorsSection,
  limits: limitsSection,
  override_subgraph_url: overrideSubgraphUrlSection,
  traffic_shaping: trafficShapingSection,
  apq: apqSection,
  tls: tlsSection,
  telemetry: telemetrySection,
  preview_file_uploads: previewFileUploadsSection,
  progressive_override: progressiveOverrideSection,
  forbid_mutations: forbidMutationsSection,
  authentication: authenticationSection,
  authorization: authorizationSection,
  persisted_queries: persistedQueriesSection,
  demand_control: demandControlSection,
  batching: batchingSection,
  subscription: subscriptionSection,
  response_cache: responseCacheSection,
  preview_entity_cache: previewEntityCacheSection,
  coprocessor: coprocessorSection,
  rhai: rhaiSection,
  connectors: connectorsSection,
  reload: reloadSection,
  license_enforcement: licenseEnforcementSection,
  fleet_detector: fleetDetectorSection,
  enhanced_client_awareness: enhancedClientAwarenessSection,
  experimental_chaos: experimentalChaosSection,
  experimental_diagnostics: experimentalDiagnosticsSection,
  experimental_hoist_orphan_errors: experimentalHoistOrphanErrorsSection,
  experimental_mock_subgraphs: experimentalMockSubgraphsSection,
  experimental_type_conditioned_fetching: experimentalTypeConditionedFetchingSection,
  plugins: pluginsSection,
});

export type RootConfig = Infer<typeof rootSchema>;
