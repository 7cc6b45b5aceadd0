/** A part of the `telemetry` section that Apollo Router has and this engine does not. */
export class UnsupportedTelemetry extends Error {}

/** Read by the configuration, which refuses them. Held true by a test that compiles each. */
export const unsupportedSelectors = {
  router: ["studio_operation_id"],
  subgraph: ["cache", "response_cache", "response_cache_status", "response_cache_control"],
} as const;

export const unsupportedAttributes = {
  router: ["network.protocol.version"],
} as const;
