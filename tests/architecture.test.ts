import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Glob } from "bun";

const source = join(import.meta.dir, "../router/src");

/** From the bottom up: a room may use the rooms before it, never those after it. */
const rooms = [
  "json.ts",
  "graphql-error.ts",
  "bounded-cache.ts",
  "config",
  "supergraph",
  "planner",
  "http",
  "telemetry",
  "redis",
  "auth",
  "rate-limit",
  "subgraph-client",
  "resilience",
  "execute",
  "operation",
  "cost",
  "authorization",
  "uploads",
  "subgraphs",
  "pipeline",
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
