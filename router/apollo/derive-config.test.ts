import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../src/config/router-config.ts";
import { findGuards } from "./check-supergraph.ts";
import { deriveConfig } from "./derive-config.ts";

describe("a configuration for Apollo Router", () => {
  test("leaves out our own plugins and what needs a licence, and says so", () => {
    const { text, leftOut } = deriveConfig(`
# kept
supergraph:
  listen: \${env.LISTEN:-127.0.0.1:4000}
  query_planning: { cache: { in_memory: { limit: 9 }, redis: { urls: [] } } }
limits: { router: { max_depth: 5, parser_max_tokens: 100 } }
coprocessor: { url: http://127.0.0.1:1 }
plugins:
  mycelium.context: { keys: [] }
  acme.plugin: { on: true }
`);
    expect(leftOut.map(({ key }) => key)).toEqual([
      "plugins.mycelium.context",
      "coprocessor",
      "supergraph.query_planning.cache.redis",
      "limits.router.max_depth",
    ]);
    expect(text).toContain("# kept");
    expect(text).toMatch(/listen: \$\{env\.LISTEN:-127\.0\.0\.1:4000\}/);
    expect(text).toContain("in_memory: { limit: 9 }");
    expect(text).toContain("parser_max_tokens: 100");
    expect(text).toContain("acme.plugin");
    expect(text).not.toMatch(/mycelium|coprocessor|redis|max_depth/);
  });

  test("leaves out no more than what is switched on", () => {
    const { leftOut } = deriveConfig("response_cache: { enabled: false }\nsubscription: { enabled: true }\n");
    expect(leftOut.map(({ key }) => key)).toEqual(["subscription"]);
  });

  test("a section that only had such keys goes with them", () => {
    expect(deriveConfig("authentication:\n  router:\n    jwt: {}\napq: { enabled: true }\n").text).toBe(
      "apq: { enabled: true }\n",
    );
  });

  test("what is no yaml is told", () => {
    expect(() => deriveConfig("a: [")).toThrow();
  });

  test("the repository's own file stays valid", () => {
    const { text, leftOut } = deriveConfig(
      readFileSync(join(import.meta.dir, "../../config/router.yaml"), "utf8"),
    );
    expect(leftOut.length).toBeGreaterThan(3);
    const loaded = loadConfig({
      text,
      fileName: "router.yaml",
      dev: false,
      environment: {},
      readFile: () => undefined,
    });
    expect(loaded).toMatchObject({ kind: "ok", refused: [] });
  });
});

test("a supergraph with guards is not for an engine that does not enforce them", () => {
  const link = (spec: string) => `@link(url: "https://specs.apollo.dev/${spec}/v0.1", for: SECURITY)`;
  expect(
    findGuards(`schema ${link("join")} ${link("requiresScopes")} ${link("policy")} { query: Query }`),
  ).toEqual(["@requiresScopes", "@policy"]);
  expect(findGuards(readFileSync(join(import.meta.dir, "../../supergraph.graphql"), "utf8"))).toEqual([]);
});
