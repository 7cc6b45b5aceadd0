import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { federationVersion } from "./compose/federation-version.ts";

export interface RoverSurroundings {
  /** Where Rover keeps its profiles and looks for its plugins. */
  home: string;
  environment: Readonly<Record<string, string | undefined>>;
}

export interface PreparedRover {
  command: readonly [string];
  environment: Record<string, string | undefined>;
}

/** Rover's binary, and a home in which it finds our composition where it would download Apollo's. */
export function prepareRover({ home, environment }: RoverSurroundings): PreparedRover {
  const binary = findRover(environment.PATH);
  installPlugin(home);
  return {
    command: [binary],
    environment: {
      RUST_LIB_BACKTRACE: "0",
      ...environment,
      APOLLO_HOME: home,
      // Asked for before any plugin is started. Ours is MIT-licensed.
      APOLLO_ELV2_LICENSE: "accept",
      APOLLO_ROVER_SKIP_UPDATE: "1",
      APOLLO_TELEMETRY_DISABLED: "1",
    },
  };
}

/** From the package with the binary for this machine; of all that are listed npm installs it alone. */
function findRover(path: string | undefined): string {
  const require = createRequire(import.meta.url);
  for (const libc of ["", "-musl"]) {
    try {
      const manifest = `@apollo/rover-${process.platform}-${process.arch}${libc}/package.json`;
      return join(dirname(require.resolve(manifest)), "rover");
    } catch {
      // Not for this machine.
    }
  }
  const installed = Bun.which("rover", { PATH: path ?? "" });
  if (installed) return installed;
  throw new RoverMissingError(
    `package.json lists no Rover for ${process.platform} on ${process.arch}: install it, so that \`rover\` is on the PATH`,
  );
}

export class RoverMissingError extends Error {}

/** Rover runs `supergraph-v<version>` of its home for the version that its configuration file names. */
function installPlugin(home: string): void {
  const path = join(home, ".rover/bin", `supergraph-v${federationVersion}`);
  const script = `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(join(import.meta.dir, "compose/main.ts"))} "$@"\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === script) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, script);
  chmodSync(path, 0o755);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
