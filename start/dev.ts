// npm run dev: the platform, which takes over what you save. A schema that does not compose leaves the old graph serving.
import { watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabaseServer, readDatabaseSettings } from "@mycelium/database";
import { committedSupergraph, composeSupergraph, supergraphPath } from "../rover/compose-supergraph.ts";
import { root } from "./settings.ts";

const watched = ["subgraphs", "packages", "start", "sandbox"];
const settleMs = 150;

/** Held here, so that it goes on while the platform restarts. */
const database = await openDatabaseServer(readDatabaseSettings(process.env, root));
let platform = startPlatform();
let pending: ReturnType<typeof setTimeout> | undefined;
let changed = new Set<string>();
let working: Promise<void> = Promise.resolve();

const watches = [
  ...watched.map((folder) => watch(join(root, folder), { recursive: true }, (_, file) => noteChange(file))),
  watch(root, (_, file) => file === "rover.config.yaml" && noteChange(file)),
];
console.log(`watching ${watched.join(", ")} and rover.config.yaml`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);

async function stop(): Promise<void> {
  for (const each of watches) each.close();
  clearTimeout(pending);
  await working;
  platform.kill("SIGTERM");
  await platform.exited;
  await database.close();
  process.exit(0);
}

function startPlatform() {
  return Bun.spawn([process.execPath, join(root, "scripts/start.ts")], {
    ...{ cwd: root, env: process.env, stdin: "ignore", stdout: "inherit", stderr: "inherit" },
  });
}

function noteChange(file: string | null): void {
  if (!file || !/\.(graphql|ts|yaml)$/.test(file) || /\.test\.ts$|node_modules/.test(file)) return;
  changed.add(file);
  clearTimeout(pending);
  pending = setTimeout(() => {
    const files = [...changed];
    changed = new Set();
    working = working.then(() => takeOver(files));
  }, settleMs);
}

async function takeOver(files: readonly string[]): Promise<void> {
  console.log(`\nsaved: ${files.join(", ")}`);
  if (files.some((file) => /\.(graphql|yaml)$/.test(file)) && !(await compose())) return;
  platform.kill("SIGTERM");
  await platform.exited;
  platform = startPlatform();
}

async function compose(): Promise<boolean> {
  try {
    const sdl = await composeSupergraph();
    if (sdl !== committedSupergraph()) writeFileSync(supergraphPath, sdl);
    return true;
  } catch (error) {
    console.error(`${(error as Error).message}\nnot composed: the graph of before serves on`);
    return false;
  }
}
