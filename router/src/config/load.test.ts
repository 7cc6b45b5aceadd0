// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the yaml has them
import { describe, expect, test } from "bun:test";
import { type LoadInput, loadConfig } from "./load.ts";
import { printProblem } from "./problem.ts";

function load(text: string, input: Partial<LoadInput> = {}) {
  const fileName = "router.yaml";
  return loadConfig({ environment: {}, readFile: () => undefined, dev: false, ...input, text, fileName });
}

function problemsOf(text: string, input: Partial<LoadInput> = {}): string[] {
  const loaded = load(text, input);
  return loaded.kind === "ok" ? [] : loaded.problems.map((problem) => printProblem(problem, "f"));
}

function configOf(text: string, input: Partial<LoadInput> = {}) {
  const loaded = load(text, input);
  if (loaded.kind === "invalid") {
    throw new Error(JSON.stringify(loaded.problems));
  }
  return loaded.config;
}

describe("files that are right", () => {
  test.each([
    "",
    "supergraph: { listen: '0.0.0.0:4000', path: /graphql/* }",
    "supergraph: { listen: /run/router.sock, path: '/graphql*' }",
    "cors: { allow_any_origin: true, allow_headers: ['*'] }",
    "cors: { policies: [] }",
    "cors:\n  policies:",
    "headers: { all: { request: { operations: [{ propagate: { matching: '(?i)^x-.*' } }] } } }",
    "include_subgraph_errors: { all: { redact_message: true, deny_extensions_keys: [a] }, subgraphs: { b: {} } }",
    "limits: { router: { max_depth: 10, http1_max_request_buf_size: 64KiB } }",
    "override_subgraph_url: { a: 'http://a:1/graphql', b: 'unix:///run/b.sock?path=/graphql' }",
    "traffic_shaping: { all: { pool_idle_timeout: null, experimental_http2: http2only } }",
    "health_check: { enabled: false, listen: 127.0.0.1:4000, path: / }",
    "plugins:",
    "plugins: { experimental.expose_query_plan: true }",
    "authorization: { directives: { enabled: false } }",
    "telemetry: { instrumentation: { spans: { router: { attributes: { a: text, b: { static: [1, 2] } } } } } }",
    "telemetry: { instrumentation: { events: { router: { request: { level: info, condition: { eq: [{ request_header: a }, x] } } } } } }",
  ])("%s", (text) => {
    expect(problemsOf(text)).toEqual([]);
  });
});

describe("files that are wrong", () => {
  test.each<[string, string[]]>([
    ["supergrph: {}", ['f:1:1: supergrph: unknown key; did you mean "supergraph"?']],
    ["supergraph: 4000", ["f:1:13: supergraph: expected a mapping, got the number 4000"]],
    [
      "supergraph: { introspection: yes }",
      ['f:1:30: supergraph.introspection: expected true or false, got text "yes"'],
    ],
    ["supergraph: { path: graphql }", ['f:1:21: supergraph.path: "graphql" must start with "/"']],
    ["supergraph: { path: /a/*/b }", [expect.stringContaining("only at its end")]],
    ["supergraph: { listen: localhost:4000 }", [expect.stringContaining("is not an address")]],
    ["traffic_shaping: { router: { timeout: 30 } }", [expect.stringContaining("expected a duration")]],
    [
      "traffic_shaping: { all: { global_rate_limit: { capacity: 0, interval: 1s } } }",
      [expect.stringContaining("at least 1")],
    ],
    ["limits: { router: { max_depth: -1 } }", [expect.stringContaining("from 0 to 4294967295")]],
    [
      "cors: { policies: [{ match_origins: ['['] }] }",
      [expect.stringContaining("is not a regular expression")],
    ],
    ["csrf: { required_headers: ['a b'] }", [expect.stringContaining("is not a header name")]],
    [
      "headers: { all: { request: { operations: [{ propogate: { named: a } }] } } }",
      ['f:1:45: headers.all.request.operations[0].propogate: unknown key; did you mean "propagate"?'],
    ],
    [
      "headers: { all: { request: { operations: [{ insert: { name: a, path: '$..b' } }] } } }",
      [expect.stringContaining("is not a JSON path")],
    ],
    [
      "sandbox: { enabled: true }",
      [expect.stringContaining("the homepage"), expect.stringContaining("introspection")],
    ],
    [
      "health_check: { listen: 127.0.0.1:4000, path: / }",
      ['f:1:47: health_check.path: "/" at the same address is taken by supergraph.path already'],
    ],
    [
      "health_check: { listen: 0.0.0.0:4000 }",
      [
        "f:1:25: health_check.listen: 0.0.0.0:4000 and supergraph.listen (127.0.0.1:4000) cannot share a port",
      ],
    ],
    ["plugins: { mycelium.nothing: {} }", [expect.stringContaining("unknown key")]],
    [
      "authentication: { router: { jwt: {} } }",
      ['f:1:29: authentication.router.jwt: the key "jwks" is missing'],
    ],
    [
      "persisted_queries: { safelist: { enabled: true } }",
      ["f:1:43: persisted_queries.safelist.enabled: needs persisted_queries.enabled to be true"],
    ],
    [
      "apq: { enabled: true }\npersisted_queries: { enabled: true, safelist: { enabled: true } }",
      [expect.stringContaining("needs apq.enabled to be false")],
    ],
    [
      "response_cache: { enabled: true, subgraph: {} }\npreview_entity_cache: { enabled: true, subgraph: {} }",
      [expect.stringContaining("f:2:34: preview_entity_cache.enabled: cannot be combined")],
    ],
    [
      "telemetry: { instrumentation: { instruments: { router: { my.metric: { type: countr } } } } }",
      [
        expect.stringContaining('the key "value" is missing'),
        expect.stringContaining('the key "unit" is missing'),
        expect.stringContaining('the key "description" is missing'),
        expect.stringContaining('did you mean "counter"'),
      ],
    ],
  ])("%s", (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

test("every problem of a file is told, in its order", () => {
  const text =
    "bogus: 1\nsupergraph:\n  lisen: 127.0.0.1:4000\ncsrf:\n  unsafe_disabled: ${env.MISSING}\nlimits: []\n";
  expect(problemsOf(text)).toEqual([
    "f:1:1: bogus: unknown key",
    'f:3:3: supergraph.lisen: unknown key; did you mean "listen"?',
    "f:5:20: csrf.unsafe_disabled: the environment variable MISSING is not set",
    "f:6:9: limits: expected a mapping, got a list",
  ]);
});

test("what a variable holds is never told", () => {
  const text =
    "supergraph: { introspection: '${env.SECRET}', listen: '${env.SECRET}' }\ncors: { methods: '${env.SECRET}' }";
  const printed = problemsOf(text, { environment: { SECRET: "hunter2" } }).join("\n");
  expect(printed).toContain("${env.SECRET}");
  expect(printed).not.toContain("hunter2");
});

test("a configuration cannot be changed", () => {
  const config = configOf("cors: { policies: [{ origins: [https://a.example] }] }");
  expect(() => Object.assign(config.supergraph, { path: "/x" })).toThrow();
  expect(Object.isFrozen(config.cors.policies?.[0]?.origins)).toBe(true);
});

test("development turns on what helps to develop, whatever the file says", () => {
  const text =
    "homepage: { enabled: true, graph_ref: a }\nsupergraph: { introspection: false }\ninclude_subgraph_errors: { all: false, subgraphs: { a: false } }";
  const config = configOf(text, { dev: true });
  expect(config.homepage).toEqual({ enabled: false, graphRef: "a" });
  expect(config.sandbox.enabled).toBe(true);
  expect(config.supergraph.introspection).toBe(true);
  expect(config.includeSubgraphErrors.all.kind).toBe("shown");
  expect(config.includeSubgraphErrors.subgraphs.a?.kind).toBe("hidden");
  expect(config.plugins["experimental.expose_query_plan"]).toBe(true);
  expect(config.telemetry.exporters.tracing.experimentalResponseTraceId.enabled).toBe(true);
  expect(load(text, { dev: true })).toMatchObject({ kind: "ok", refused: [] });
});

test("the environment says where Redis is, where the file does not", () => {
  const environment = { REDIS_URL: "redis://:hunter2@redis:6379" };
  const redisOf = (text: string) => configOf(text, { environment }).apq.router.cacheRedis;
  expect(redisOf("apq: { router: { cache: { redis: {} } } }")?.urls).toEqual([environment.REDIS_URL]);
  expect(redisOf("apq: { router: { cache: { redis: { urls: ['redis://own:1'] } } } }")?.urls).toEqual([
    "redis://own:1",
  ]);
  expect(redisOf("")).toBeUndefined();
  const wrong = { REDIS_URL: "http://:hunter2@redis" };
  const [problem] = problemsOf("apq: { router: { cache: { redis: {} } } }", { environment: wrong });
  expect(problem).toContain("${env.REDIS_URL}");
  expect(problem).not.toContain("hunter2");
});

test("no plugins are an empty mapping", () => {
  expect(configOf("plugins:").plugins).toEqual(configOf("").plugins);
});

test("the command line's address stands in place of the file's", () => {
  expect(configOf("supergraph: { listen: 127.0.0.1:1 }", { listen: "0.0.0.0:2" }).supergraph.listen).toEqual({
    host: "0.0.0.0",
    port: 2,
  });
  expect(problemsOf("", { listen: "nowhere" })).toEqual([expect.stringContaining("is not an address")]);
});

describe("what this engine does not have", () => {
  test.each([
    ["rhai: { scripts: ./rhai }", "rhai"],
    [
      "authentication: { subgraph: { all: { aws_sig_v4: { default_chain: { region: r, service_name: s } } } } }",
      "authentication.subgraph",
    ],

    ["traffic_shaping: { connector: { all: { timeout: 1s } } }", "traffic_shaping.connector"],
  ])("%s", (text, path) => {
    const loaded = load(text);
    expect(loaded.kind === "ok" && loaded.refused.map((key) => key.path)).toEqual([path]);
  });

  test.each([
    "subscription: { enabled: false }",
    "response_cache: { enabled: false, subgraph: { all: { ttl: 10s } } }",
    "batching: { enabled: false }",
    "demand_control: { enabled: false, mode: measure, strategy: { static_estimated: { list_size: 1, max: 1 } } }",
    "authentication: {}",
    "connectors: { debug_extensions: true }",
    "apq: { router: { cache: { redis: ~ } } }",
    "telemetry: { exporters: { tracing: { datadog: { enabled: false } } } }",
  ])("but may stay: %s", (text) => {
    expect(load(text)).toMatchObject({ kind: "ok", refused: [] });
  });
});
