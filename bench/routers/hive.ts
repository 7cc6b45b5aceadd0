import { hivePeer, isInstalled, peerBinary } from "../peers.ts";
import { type Contender, type LaunchOptions, TIMEOUT_SECONDS } from "./contender.ts";

export const hive: Contender = {
  name: "hive",
  version: hivePeer.version,
  launch: async (options: LaunchOptions) => {
    await Bun.write(options.configPath, hiveConfig(options));
    return {
      command: [peerBinary(hivePeer)],
      environment: { ROUTER_CONFIG_FILE_PATH: options.configPath },
      url: `http://127.0.0.1:${options.port}/graphql`,
    };
  },
};

/** For scenarios that name their own contenders: without a build they show what they can. */
export const hiveWhereBuilt: readonly Contender[] = isInstalled(hivePeer) ? [hive] : [];

/** `router.dedupe` would share whole requests, which the others cannot: off in every scenario. */
function hiveConfig(options: LaunchOptions): string {
  return `supergraph:
  source: file
  path: ${options.supergraphPath}
http:
  host: 127.0.0.1
  port: ${options.port}
log:
  level: error
laboratory:
  enabled: false
traffic_shaping:
  router:
    request_timeout: ${TIMEOUT_SECONDS}s
    dedupe:
      enabled: false
  all:
    request_timeout: ${TIMEOUT_SECONDS}s
    dedupe_enabled: ${options.deduplicate}
`;
}
