// Runs a TypeScript file with Bun, after installing the packages that the lockfile names when they are not there yet.
// Plain JavaScript because it must run on Node 20 before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const installedMark = join(root, "node_modules", ".installed-lockfile");
const [script, ...parameters] = process.argv.slice(2);

installWhenStale();
const child = spawn(bunPath(), [join(root, script), ...parameters], { cwd: root, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

function installWhenStale() {
  const lockfileHash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(installedMark) && readFileSync(installedMark, "utf8") === lockfileHash) return;
  console.error("Installing packages (once for each change of package-lock.json) …");
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (result.status !== 0) {
    console.error("npm ci failed: see the lines above.");
    process.exit(1);
  }
  writeFileSync(installedMark, lockfileHash);
}

function bunPath() {
  const path = join(root, "node_modules", ".bin", "bun");
  if (existsSync(path)) return path;
  console.error("Bun is not installed: delete node_modules and run the command again.");
  process.exit(1);
}
