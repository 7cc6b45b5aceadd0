import { apolloPeer, peerBinary } from "../peers.ts";
import { apolloConfig } from "./apollo-config.ts";
import type { Contender, LaunchOptions } from "./contender.ts";

export const apollo: Contender = {
  name: "apollo",
  version: apolloPeer.version,
  launch: async (options: LaunchOptions) => {
    await Bun.write(options.configPath, apolloConfig(options));
    const { supergraphPath, configPath } = options;
    return {
      command: [
        peerBinary(apolloPeer),
        "--supergraph",
        supergraphPath,
        "--config",
        configPath,
        "--log",
        "error",
      ],
      environment: { APOLLO_TELEMETRY_DISABLED: "true" },
      url: `http://127.0.0.1:${options.port}/graphql`,
    };
  },
};
