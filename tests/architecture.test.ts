import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Glob } from "bun";

const source = join(import.meta.dir, "../router/src");

/** From the bottom up: a room may use the rooms before it, never those after it. */
const rooms = [
  "json.ts",
  "json-path.ts",
  "sorted-entries.ts",
  "graphql-error.ts",
  "streams",
  "bounded-cache.ts",
  "watch-files.ts",
  "config",
  "supergraph",
  "planner",
  "http",
  "telemetry",
  "redis",
  "auth",
  "rate-limit",
  "persisted-queries",
  "subgraph-client",
  "subgraph-streams",
  "subscriptions",
  "client-streams",
  "resilience",
  "coprocessor",
  "execute",
  "operation",
  "cost",
  "authorization",
  "uploads",
  "subgraphs",
  "entity-cache",
  "usage",
  "pipeline",
  "client-connections",
  "router.ts",
  "cli",
  "server",
  "main.ts",
];

interface Import {
  from: string;
  to: string;
}

const files = [...new Glob("**/*.ts").scanSync(source)].filter((file) => !file.endsWith(".test.ts"));
const imports = files.flatMap(readImports);

describe("the router's rooms", () => {
  test("each file stands in a room of the list", () => {
    expect(files.filter((file) => !rooms.includes(roomOf(file)))).toEqual([]);
  });

  test("nothing imports upward", () => {
    const upward = imports.filter(({ from, to }) => rooms.indexOf(roomOf(to)) > rooms.indexOf(roomOf(from)));
    expect(upward).toEqual([]);
  });

  test("no files import each other in a circle", () => {
    expect(findCircle()).toBeUndefined();
  });

  test("only main.ts reads the environment", () => {
    const readers = files.filter((file) =>
      /\bprocess\.env\b|\bBun\.env\b/.test(readFileSync(join(source, file), "utf8")),
    );
    expect(readers).toEqual(["main.ts"]);
  });
});

describe("the packages", () => {
  const root = join(import.meta.dir, "..");
  const packageFiles = [...new Glob("packages/*/src/**/*.ts").scanSync(root)].sort();
  const specifiers = packageFiles.flatMap((from) =>
    [...readFileSync(join(root, from), "utf8").matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(
      ([, to = ""]) => ({
        from,
        to: to.startsWith(".") ? relative(root, join(root, dirname(from), to)) : to,
      }),
    ),
  );

  test("know neither the router nor a subgraph", () => {
    const upward = specifiers.filter(({ to }) =>
      /^(router|subgraphs|@mycelium\/(router|subgraphs))(\/|$)/.test(to),
    );
    expect(upward).toEqual([]);
  });

  test("reach each other by their public door alone, and never in a circle", () => {
    const across = specifiers.filter(
      ({ from, to }) => to.startsWith("packages/") && to.split("/")[1] !== from.split("/")[1],
    );
    expect(across).toEqual([]);
    const edges = new Map<string, Set<string>>();
    for (const { from, to } of specifiers) {
      const target = /^@mycelium\/([\w-]+)/.exec(to)?.[1];
      // A test may use what stands above its package.
      if (!target || /\.test\.ts$|\/testing\//.test(from)) continue;
      const name = from.split("/")[1] ?? "";
      if (target !== name) edges.set(name, (edges.get(name) ?? new Set()).add(target));
    }
    const reaches = (name: string, seen = new Set<string>()): Set<string> => {
      for (const next of edges.get(name) ?? []) if (!seen.has(next)) reaches(next, seen.add(next));
      return seen;
    };
    expect([...edges.keys()].filter((name) => reaches(name).has(name))).toEqual([]);
  });
});

function roomOf(file: string): string {
  return file.split("/")[0] ?? file;
}

function readImports(file: string): Import[] {
  const text = readFileSync(join(source, file), "utf8");
  return [...text.matchAll(/(?:from|import\() ?"(\.[^"]+\.ts)"/g)].map(([, path = ""]) => ({
    from: file,
    to: relative(source, join(source, dirname(file), path)),
  }));
}

function findCircle(): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { to } of imports.filter(({ from }) => from === file)) {
      const circle = visit(to, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}
