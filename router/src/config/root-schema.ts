import { object } from "./schema/compound.ts";
import type { Infer } from "./schema/schema.ts";
import { apqSection } from "./sections/apq.ts";
import { corsSection } from "./sections/cors.ts";
import { csrfSection } from "./sections/csrf.ts";
import { headersSection } from "./sections/headers.ts";
import { healthCheckSection } from "./sections/health-check.ts";
import { includeSubgraphErrorsSection } from "./sections/include-subgraph-errors.ts";
import { limitsSection } from "./sections/limits.ts";
import { overrideSubgraphUrlSection } from "./sections/override-subgraph-url.ts";
import { pluginsSection } from "./sections/plugins.ts";
import { serverSection } from "./sections/server.ts";
import { homepageSection, sandboxSection, supergraphSection } from "./sections/supergraph.ts";
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
  plugins: pluginsSection,
});

export type RootConfig = Infer<typeof rootSchema>;
