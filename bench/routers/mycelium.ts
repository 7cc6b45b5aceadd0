import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { apolloConfig } from "./apollo-config.ts";
import type { Contender, LaunchOptions } from "./contender.ts";

const thisWorkingCopy = join(import.meta.dirname, "..", "..");

export const mycelium = myceliumAs({ name: "mycelium" });

/** Another working copy, with its own node_modules: a change measured against the state before it. */
export function myceliumOf(workingCopy: string): Contender {
  return myceliumAs({ name: `mycelium@${basename(workingCopy)}`, workingCopy });
}

export function myceliumWithWorkers(workers: number): Contender {
  return myceliumAs({ name: `mycelium ×${workers}`, flags: ["--workers", String(workers)] });
}

/** Entities come from its cache where they can. */
export const myceliumWithCache = myceliumAs({
  name: "mycelium, cached",
  yaml: "response_cache: { enabled: true, subgraph: { all: { ttl: 1h } } }\n",
});

/** Writes a CPU profile into the directory when it ends. */
export function myceliumProfiled(options: {
  readonly profileDirectory: string;
  readonly intervalUs: number;
  readonly workingCopy?: string | undefined;
}): Contender {
  const { profileDirectory, intervalUs, workingCopy = thisWorkingCopy } = options;
  const flags = ["--cpu-prof", `--cpu-prof-dir=${profileDirectory}`, `--cpu-prof-interval=${intervalUs}`];
  const environment = { BUN_OPTIONS: flags.join(" "), MYCELIUM_SOURCES: "1" };
  return myceliumAs({ name: "mycelium", workingCopy, environment });
}

function myceliumAs(options: {
  readonly name: string;
  readonly workingCopy?: string;
  readonly yaml?: string;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}): Contender {
  const { name, workingCopy = thisWorkingCopy, yaml = "", flags = [], environment = {} } = options;
  const routerPath = join(workingCopy, "router");
  return {
    name,
    version: JSON.parse(readFileSync(join(routerPath, "package.json"), "utf8")).version,
    launch: async ({ supergraphPath, configPath, port, deduplicate }: LaunchOptions) => {
      bundleOnce(routerPath);
      await Bun.write(configPath, `${apolloConfig({ port, deduplicate })}${yaml}`);
      const files = ["--supergraph", supergraphPath, "--config", configPath];
      return {
        command: [join(routerPath, "bin", "router"), ...files, "--log", "error", ...flags],
        environment,
        url: `http://127.0.0.1:${port}/graphql`,
      };
    },
  };
}

const bundled = new Set<string>();

/** What is measured is what `npm ci` leaves, not sources that were edited since. */
function bundleOnce(routerPath: string): void {
  if (bundled.has(routerPath)) return;
  bundled.add(routerPath);
  const script = join(routerPath, "bundle.ts");
  if (!existsSync(script)) return;
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, script]);
  if (exitCode !== 0) throw new Error(`${script} failed: ${stderr}`);
}
