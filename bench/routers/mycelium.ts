import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apolloConfig } from "./apollo-config.ts";
import type { Contender, LaunchOptions } from "./contender.ts";

const routerPath = join(import.meta.dirname, "..", "..", "router");

const executable = join(routerPath, "bin", "router");

export const mycelium = myceliumRunAs({ name: "mycelium", command: [executable] });

export function myceliumWithWorkers(workers: number): Contender {
  return myceliumRunAs({
    name: `mycelium ×${workers}`,
    command: [executable],
    flags: ["--workers", String(workers)],
  });
}

/** Writes a CPU profile into the directory when it ends. */
export function myceliumProfiled(profileDirectory: string, intervalUs: number): Contender {
  const flags = ["--cpu-prof", `--cpu-prof-dir=${profileDirectory}`, `--cpu-prof-interval=${intervalUs}`];
  const command = [process.execPath, ...flags, join(routerPath, "src", "main.ts")];
  return myceliumRunAs({ name: "mycelium", command });
}

function myceliumRunAs(options: {
  readonly name: string;
  readonly command: readonly string[];
  readonly flags?: readonly string[];
}): Contender {
  const { name, command, flags = [] } = options;
  return {
    name,
    version: JSON.parse(readFileSync(join(routerPath, "package.json"), "utf8")).version,
    launch: async ({ supergraphPath, configPath, port, deduplicate }: LaunchOptions) => {
      await Bun.write(configPath, apolloConfig({ port, deduplicate }));
      return {
        command: [
          ...command,
          "--supergraph",
          supergraphPath,
          "--config",
          configPath,
          "--log",
          "error",
          ...flags,
        ],
        environment: {},
        url: `http://127.0.0.1:${port}/graphql`,
      };
    },
  };
}
