// The real Apollo Router on what this repository's router runs by:
//   npm run apollo [-- --supergraph FILE --config FILE] [any flag of Apollo Router]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findGuards } from "./check-supergraph.ts";
import { deriveConfig } from "./derive-config.ts";

const root = join(import.meta.dirname, "../..");
const peers = process.env.MYCELIUM_PEERS ?? join(homedir(), ".cache/mycelium/peers");
const binary = process.env.APOLLO_ROUTER_BINARY ?? join(peers, "bin/router");

try {
  process.exitCode = await runApollo(process.argv.slice(2));
} catch (error) {
  console.error(`apollo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function runApollo(args: readonly string[]): Promise<number> {
  const { supergraphPath, configPath, flags } = readArguments(args);
  const guards = findGuards(readFileSync(supergraphPath, "utf8"));
  if (guards.length > 0) {
    throw new Error(
      `${supergraphPath} guards fields with ${guards.join(", ")}, which Apollo Router enforces with a licence only`,
    );
  }
  const derivedPath = writeDerived(configPath);
  if (!existsSync(binary)) {
    throw new Error(
      `no Apollo Router at ${binary}: npm run bench:peers builds it, APOLLO_ROUTER_BINARY names another`,
    );
  }
  const router = Bun.spawn([binary, "--supergraph", supergraphPath, "--config", derivedPath, ...flags], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, APOLLO_TELEMETRY_DISABLED: "true" },
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => router.kill(signal));
  return router.exited;
}

/** `--supergraph` and `--config` are taken here, everything else is Apollo Router's. */
function readArguments(args: readonly string[]) {
  const paths = { supergraph: join(root, "supergraph.graphql"), config: join(root, "config/router.yaml") };
  const flags: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const [, name, value] = /^--(supergraph|config)(?:=(.*))?$/.exec(args[index] ?? "") ?? [];
    if (name === "supergraph" || name === "config") paths[name] = value ?? args[++index] ?? paths[name];
    else flags.push(args[index] ?? "");
  }
  return { supergraphPath: paths.supergraph, configPath: paths.config, flags };
}

function writeDerived(configPath: string): string {
  const { text, leftOut } = deriveConfig(readFileSync(configPath, "utf8"));
  const folder = join(root, ".data/apollo");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "router.yaml");
  writeFileSync(path, text);
  for (const { key, why } of leftOut) console.error(`left out: ${key} (${why})`);
  console.error(`derived: ${path}`);
  return path;
}
