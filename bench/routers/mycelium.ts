import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apolloConfig } from "./apollo-config.ts";
import type { Contender, LaunchOptions } from "./contender.ts";

const routerPath = join(import.meta.dirname, "..", "..", "router");

export const mycelium = myceliumWithFlags("mycelium", []);

export function myceliumWithWorkers(workers: number): Contender {
  return myceliumWithFlags(`mycelium ×${workers}`, ["--workers", String(workers)]);
}

function myceliumWithFlags(name: string, flags: readonly string[]): Contender {
  return {
    name,
    version: JSON.parse(readFileSync(join(routerPath, "package.json"), "utf8")).version,
    launch: async (options: LaunchOptions) => {
      await Bun.write(options.configPath, apolloConfig(options));
      const { supergraphPath, configPath } = options;
      const parameters = ["--supergraph", supergraphPath, "--config", configPath, "--log", "error", ...flags];
      return {
        command: [join(routerPath, "bin", "router"), ...parameters],
        environment: {},
        url: `http://127.0.0.1:${options.port}/graphql`,
      };
    },
  };
}
