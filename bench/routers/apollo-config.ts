import { TIMEOUT_SECONDS } from "./contender.ts";

/** The one file that both Apollo Router and Mycelium Router get. */
export function apolloConfig(options: { readonly port: number; readonly deduplicate: boolean }): string {
  return `supergraph:
  listen: 127.0.0.1:${options.port}
  path: /graphql
homepage:
  enabled: false
sandbox:
  enabled: false
health_check:
  enabled: false
include_subgraph_errors:
  all: true
traffic_shaping:
  router:
    timeout: ${TIMEOUT_SECONDS}s
  all:
    timeout: ${TIMEOUT_SECONDS}s
    deduplicate_query: ${options.deduplicate}
`;
}
