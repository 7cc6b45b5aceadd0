import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseError } from "../errors.ts";
import { findBinaries, serverUser } from "./binaries.ts";

export interface DataFolder {
  path: string;
  password: string;
}

/** Makes the cluster's files on first use. Made aside and moved in whole: one that is killed leaves no half cluster. */
export function initializeFolder(folder: string): DataFolder {
  const binaries = findBinaries();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "data");
  const password = readOrMakePassword(folder);
  if (!existsSync(join(path, "PG_VERSION"))) runInitdb({ initdb: binaries.initdb, folder, path, password });
  const written = readFileSync(join(path, "PG_VERSION"), "utf8").trim();
  if (written !== binaries.majorVersion) {
    throw new DatabaseError(
      "DATA_FOLDER_OLD",
      `${path} is of version ${written}, this is ${binaries.majorVersion}; move it away or set DATABASE_URL`,
    );
  }
  return { path, password };
}

function readOrMakePassword(folder: string): string {
  const file = join(folder, "password");
  try {
    writeFileSync(file, randomBytes(24).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8");
}

function runInitdb(options: { initdb: string; folder: string; path: string; password: string }): void {
  const user = serverUser();
  const making = join(options.folder, `data.${process.pid}`);
  const passwordFile = join(options.folder, `initdb-password.${process.pid}`);
  mkdirSync(making, { mode: 0o700 });
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (user.uid !== undefined) for (const file of [making, passwordFile]) chownSync(file, user.uid, user.uid);
  const [command = "", ...words] = [
    ...user.prefix,
    options.initdb,
    ...["-D", making, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`],
    ...["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"],
  ];
  try {
    const { status, stderr, error } = spawnSync(command, words, { env: { ...process.env, LC_ALL: "C" } });
    if (status !== 0) throw new DatabaseError("POSTGRES_START", lastLine(String(stderr ?? error)));
    renameSync(making, options.path);
  } catch (error) {
    // Another process of this checkout was first: its files are as good.
    if (!existsSync(join(options.path, "PG_VERSION"))) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
