import { describe, expect, test } from "bun:test";
import { plainValue } from "./config-node.ts";
import { migrateTree } from "./migrate.ts";
import { readYamlTree } from "./yaml-tree.ts";

function migrate(text: string) {
  const { root } = readYamlTree(text);
  const notes = migrateTree(root);
  return { value: plainValue(root), notes: notes.map(({ path, message }) => `${path} ${message}`) };
}

describe("keys of earlier releases", () => {
  test.each<[string, unknown, string[]]>([
    [
      "limits: { max_depth: 5, warn_only: true, router: { max_depth: 7 } }",
      { limits: { router: { max_depth: 7, warn_only: true } } },
      ["limits.max_depth", "limits.warn_only"],
    ],
    [
      "cors: { origins: [a], match_origins: [b], policies: [{ origins: [c] }] }",
      { cors: { policies: [{ origins: ["c"] }, { origins: ["a"] }, { match_origins: ["b"] }] } },
      ["cors.origins", "cors.match_origins"],
    ],
    ["cors: { origins: [a] }", { cors: { policies: [{ origins: ["a"] }] } }, ["cors.origins"]],
    [
      "headers: { all: { request: [] }, subgraphs: { a: { request: [1] }, b: { request: { operations: [] } } } }",
      {
        headers: {
          all: { request: { operations: [] } },
          subgraphs: { a: { request: { operations: [1] } }, b: { request: { operations: [] } } },
        },
      },
      ["headers.all.request", "headers.subgraphs.a.request"],
    ],
    [
      "preview_response_cache: { enabled: false }",
      { response_cache: { enabled: false } },
      ["preview_response_cache"],
    ],
    [
      "subscription: { enable_deduplication: true }",
      { subscription: { deduplication: { all: { enabled: true } } } },
      ["subscription.enable_deduplication", "subscription.deduplication.enabled"],
    ],
    [
      "authentication: { router: { jwt: { jwks: [{ url: u, issuer: i }] } } }",
      { authentication: { router: { jwt: { jwks: [{ url: "u", issuers: ["i"] }] } } } },
      ["authentication.router.jwt.jwks[0].issuer"],
    ],
    [
      "telemetry: { apollo: { batch_processor: { scheduled_delay: 1s, max_queue_size: 5 } } }",
      {
        telemetry: {
          apollo: {
            metrics: {
              usage_reports: { batch_processor: { scheduled_delay: "1s", max_queue_size: 5 } },
              otlp: { batch_processor: { scheduled_delay: "1s" } },
            },
            tracing: { batch_processor: { scheduled_delay: "1s", max_queue_size: 5 } },
          },
        },
      },
      ["telemetry.apollo.batch_processor"],
    ],
  ])("%s", (text, value, paths) => {
    const migrated = migrate(text);
    expect(migrated.value).toEqual(value as never);
    expect(migrated.notes.map((note) => note.split(" ")[0] ?? "")).toEqual(paths);
  });
});

test("a note says what to write instead", () => {
  expect(migrate("limits: { max_depth: 5 }").notes).toEqual([
    'limits.max_depth is an older key; use "limits.router.max_depth"',
  ]);
});

test("a file of today stays as it is", () => {
  const text = "limits: { router: { max_depth: 5 } }\ncors: { policies: [] }";
  expect(migrate(text)).toEqual({ value: plainValue(readYamlTree(text).root) as never, notes: [] });
});

test("a section of the wrong kind is left to the check", () => {
  expect(migrate("limits: 1\ncors: []\nheaders: { all: x }").notes).toEqual([]);
});
