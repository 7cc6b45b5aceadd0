import { describe, expect, test } from "bun:test";
import { configFromYaml, defaultConfig, forSubgraph } from "../router-config.ts";

describe("headers", () => {
  const operations = (text: string) =>
    configFromYaml(`headers: { all: { request: { operations: [${text}] } } }`).headers.all.request;

  test("become tagged operations with names in lower case", () => {
    expect(operations("{ propagate: { named: X-One } }")).toEqual([
      { kind: "propagateNamed", name: "x-one", rename: "x-one", default: undefined },
    ]);
    expect(operations("{ propagate: { named: a, rename: B, default: c } }")).toEqual([
      { kind: "propagateNamed", name: "a", rename: "b", default: "c" },
    ]);
    expect(operations("{ insert: { name: a, value: b } }, { insert: { name: a, from_context: b } }")).toEqual(
      [
        { kind: "insertStatic", name: "a", value: "b" },
        { kind: "insertFromContext", name: "a", contextKey: "b" },
      ],
    );
    expect(operations("{ remove: { named: A } }")).toEqual([{ kind: "removeNamed", name: "a" }]);
  });

  test("patterns are compiled, with the flags that Rust writes inside", () => {
    const [operation] = operations("{ propagate: { matching: '(?i)^X-' } }");
    expect(operation?.kind === "propagateMatching" && operation.matching.test("x-a")).toBe(true);
  });

  test.each<[string, (string | number)[]]>([
    ["$.extensions.user", ["extensions", "user"]],
    ["extensions.users[0].id", ["extensions", "users", 0, "id"]],
    ["$['a b'].c", ["a b", "c"]],
    ["$[0]", [0]],
  ])("the path %s is read", (path, steps) => {
    expect(operations(`{ insert: { name: a, path: "${path}", default: z } }`)).toEqual([
      { kind: "insertFromBody", name: "a", path: steps, default: "z" },
    ]);
  });
});

describe("include_subgraph_errors", () => {
  const exposure = (text: string) => configFromYaml(`include_subgraph_errors: ${text}`).includeSubgraphErrors;

  test("hides all by default", () => {
    expect(defaultConfig().includeSubgraphErrors).toEqual({ all: { kind: "hidden" }, subgraphs: {} });
  });

  test("a subgraph's list joins the list for all of the same kind", () => {
    const { subgraphs } = exposure(
      "{ all: { redact_message: true, allow_extensions_keys: [a, b] }, subgraphs: { x: { allow_extensions_keys: [c], exclude_global_keys: [a] } } }",
    );
    expect(subgraphs.x).toEqual({
      kind: "shown",
      redactMessage: true,
      extensions: { kind: "only", keys: new Set(["b", "c"]) },
    });
  });

  test("a list of the other kind stands alone", () => {
    const { subgraphs } = exposure(
      "{ all: { redact_message: true, allow_extensions_keys: [a] }, subgraphs: { x: { deny_extensions_keys: [c], redact_message: false } } }",
    );
    expect(subgraphs.x).toEqual({
      kind: "shown",
      redactMessage: false,
      extensions: { kind: "without", keys: new Set(["c"]) },
    });
  });

  test("without a list of its own a subgraph inherits", () => {
    const { subgraphs } = exposure(
      "{ all: { redact_message: false, deny_extensions_keys: [a, b] }, subgraphs: { x: { exclude_global_keys: [b] }, y: true, z: false } }",
    );
    expect(subgraphs.x).toMatchObject({ extensions: { kind: "without", keys: new Set(["a"]) } });
    expect(subgraphs.y).toEqual({ kind: "shown", redactMessage: false, extensions: { kind: "all" } });
    expect(subgraphs.z).toEqual({ kind: "hidden" });
  });

  test("a subgraph named while all are hidden is shown", () => {
    expect(exposure("{ subgraphs: { x: {} } }").subgraphs.x).toEqual({
      kind: "shown",
      redactMessage: false,
      extensions: { kind: "all" },
    });
  });
});

describe("traffic_shaping", () => {
  const config = configFromYaml(`
traffic_shaping:
  all: { timeout: 5s, compression: br, deduplicate_query: true }
  subgraphs:
    slow: { timeout: 1m, global_rate_limit: { capacity: 3, interval: 10s } }
    plain: { deduplicate_query: false }
`);

  test("a subgraph has its own keys over those for all", () => {
    expect(forSubgraph(config, "slow")).toMatchObject({
      timeoutMs: 60_000,
      compression: "br",
      deduplicateQuery: true,
      globalRateLimit: { capacity: 3, intervalMs: 10_000 },
    });
    expect(forSubgraph(config, "plain")).toMatchObject({ timeoutMs: 5_000, deduplicateQuery: false });
  });

  test("any other has those for all, names of the language included", () => {
    expect(forSubgraph(config, "other")).toBe(config.trafficShaping.all);
    expect(forSubgraph(config, "constructor")).toBe(config.trafficShaping.all);
  });

  test("defaults are Apollo Router's", () => {
    expect(defaultConfig().trafficShaping.all).toMatchObject({
      timeoutMs: 30_000,
      deduplicateQuery: false,
      compression: undefined,
      poolIdleTimeoutMs: 15_000,
    });
  });
});

describe("cors", () => {
  const problems = (text: string) => {
    try {
      configFromYaml(`cors: ${text}`);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  test.each([
    ["{ policies: [{ origins: ['*'] }] }", "cors.policies[0].origins[0]"],
    ["{ policies: [{ origins: ['https://a.example/'] }] }", "cors.policies[0].origins[0]"],
    ["{ allow_credentials: true, allow_any_origin: true }", "cors.allow_any_origin"],
    ["{ allow_credentials: true, allow_headers: ['*'] }", "cors.allow_headers"],
    ["{ allow_credentials: true, expose_headers: ['*'] }", "cors.expose_headers"],
    ["{ policies: [{ allow_credentials: true, methods: ['*'] }] }", "cors.policies[0].methods"],
    ["{ allow_credentials: true, policies: [{ methods: ['*'] }] }", "cors.policies[0].methods"],
    ["{ policies: [{ private_network_access: { access_id: '1:2' } }] }", "private_network_access.access_id"],
    [
      "{ policies: [{ private_network_access: { access_name: 'A B' } }] }",
      "private_network_access.access_name",
    ],
  ])("%s is refused", (text, path) => {
    expect(problems(text)).toContain(path);
  });

  test("a policy may take credentials back", () => {
    expect(
      problems("{ allow_credentials: true, policies: [{ allow_credentials: false, methods: ['*'] }] }"),
    ).toBe("");
  });

  test("without policies the Studio may call, with its own methods", () => {
    expect(configFromYaml("cors: { methods: [GET] }").cors).toMatchObject({
      methods: ["GET"],
      policies: [{ origins: ["https://studio.apollographql.com"], methods: ["GET", "POST", "OPTIONS"] }],
    });
  });

  test("ages are whole seconds, no policies are null", () => {
    expect(configFromYaml("cors: { max_age: 2h }").cors.maxAgeSeconds).toBe(7_200);
    expect(configFromYaml("cors: { policies: ~ }").cors.policies).toBeNull();
  });
});

test("readiness: the unready time is twice the sampling unless said", () => {
  const readiness = (text: string) =>
    configFromYaml(`health_check: { readiness: { interval: ${text} } }`).healthCheck.readiness;
  expect(readiness("{ sampling: 3s }")).toEqual({
    allowed: 100,
    intervalSamplingMs: 3_000,
    intervalUnreadyMs: 6_000,
  });
  expect(readiness("{ unready: 3s }")).toEqual({
    allowed: 100,
    intervalSamplingMs: 5_000,
    intervalUnreadyMs: 3_000,
  });
});

test("a log format may be named or spelled out", () => {
  const format = (text: string) =>
    configFromYaml(`telemetry: { exporters: { logging: { stdout: { format: ${text} } } } }`).telemetry
      .exporters.logging.stdout.format;
  expect(format("text")).toMatchObject({ kind: "text", displayResource: false, ansiEscapeCodes: true });
  expect(format("{ json: { display_trace_id: uuid } }")).toMatchObject({
    kind: "json",
    displayTraceId: "uuid",
  });
});

test("selectors keep their keys", () => {
  const { attributes } = configFromYaml(
    "telemetry: { instrumentation: { spans: { router: { attributes: { http.route: true, mine: { request_header: x-a, default: b } } } } } }",
  ).telemetry.instrumentation.spans.router;
  expect(attributes).toMatchObject({ "http.route": true, mine: { request_header: "x-a", default: "b" } });
});
