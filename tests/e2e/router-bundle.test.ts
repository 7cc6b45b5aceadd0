import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const routerFolder = join(import.meta.dir, "../../router");
const bundledAt = new Date("2026-01-02T00:00:00Z");
const before = new Date("2026-01-01T00:00:00Z");
const after = new Date("2026-01-03T00:00:00Z");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mycelium-bundle-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("what npm bundled is compiled ahead for this Bun, and is the same program", () => {
  const copy = join(folder, "router");
  for (const part of ["bin", "src", "bundle.ts", "package.json"])
    cpSync(join(routerFolder, part), join(copy, part), { recursive: true });
  symlinkSync(join(routerFolder, "../node_modules"), join(folder, "node_modules"));
  run([process.execPath, join(copy, "bundle.ts")]);

  const fromSources = run([process.execPath, join(copy, "src/main.ts"), "config", "schema"]);
  const bundled = run([join(copy, "bin/router"), "config", "schema"], { BUN_JSC_verboseDiskCache: "1" });
  expect(bundled).toBe(`[Disk Cache] Cache hit for sourceCode\n${fromSources}`);
});

test("the bundle runs where no source is newer", () => {
  layOut({ "dist/router.js": bundledAt, "src/main.ts": before, "src/part.ts": before });
  expect(answer()).toBe("dist/router.js");
});

test("the bundle runs where it was installed without its sources", () => {
  layOut({ "dist/router.js": bundledAt });
  expect(answer()).toBe("dist/router.js");
});

test("the sources run for whoever asks for them", () => {
  layOut({ "dist/router.js": bundledAt, "src/main.ts": before });
  expect(answer({ MYCELIUM_SOURCES: "1" })).toBe("src/main.ts");
});

test("the sources run where nothing was bundled", () => {
  layOut({ "src/main.ts": before });
  expect(answer()).toBe("src/main.ts");
});

test("the sources run where one of them is newer", () => {
  layOut({ "dist/router.js": bundledAt, "src/main.ts": before, "src/part.ts": after });
  expect(answer()).toBe("src/main.ts");
});

test("the sources run where one of them was deleted", () => {
  layOut({ "dist/router.js": bundledAt, "src/main.ts": before, "src/part.ts": before });
  unlinkSync(join(folder, "router/src/part.ts"));
  expect(answer()).toBe("src/main.ts");
});

test("the sources run where the packages changed", () => {
  layOut({ "dist/router.js": bundledAt, "src/main.ts": before, "../package-lock.json": after });
  expect(answer()).toBe("src/main.ts");
});

/** Programs that say which they are, beside the real `bin/router`. */
function layOut(files: Readonly<Record<string, Date>>): void {
  const router = join(folder, "router");
  cpSync(join(routerFolder, "bin"), join(router, "bin"), { recursive: true });
  mkdirSync(join(router, "node_modules/.bin"), { recursive: true });
  symlinkSync(process.execPath, join(router, "node_modules/.bin/bun"));
  for (const [file, changedAt] of Object.entries(files)) {
    const path = join(router, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `console.log(${JSON.stringify(file)})`);
    utimesSync(path, changedAt, changedAt);
  }
  for (const directory of ["src", "dist"])
    if (Object.keys(files).some((file) => file.startsWith(directory)))
      utimesSync(join(router, directory), before, before);
}

function answer(environment?: Readonly<Record<string, string>>): string {
  return run([join(folder, "router/bin/router")], environment).trim();
}

/** All that it wrote, its errors first. */
function run(command: string[], environment: Readonly<Record<string, string>> = {}): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env: { ...process.env, ...environment } });
  const written = `${stderr}${stdout}`;
  if (exitCode !== 0) throw new Error(`${command[0]} exited with ${exitCode}: ${written}`);
  return written;
}
