import { afterAll, afterEach, expect, test } from "bun:test";
import { startRouter } from "./support/router-process.ts";
import { compose, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { Subgraph } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

test("forbid_mutations: refused before any subgraph hears of it", async () => {
  await using router = await startRouter({ supergraph: shop.supergraph, yaml: "forbid_mutations: true" });
  const response = await router.post('mutation { rename(name: "Eve") { id } }');
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    errors: [{ message: "Mutations are forbidden", extensions: { code: "MUTATION_FORBIDDEN" } }],
  });
  expect(shop.users.calls).toHaveLength(0);
  expect(await router.query("mutation { __typename }")).toEqual({ data: { __typename: "Mutation" } });
  expect(await router.query(meQuery)).toEqual(meAnswer);
});

test("experimental.expose_query_plan: with the answer, or alone", async () => {
  const yaml = "plugins: { experimental.expose_query_plan: true }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const ask = async (exposure: string, query = meQuery) => {
    const headers = { "content-type": "application/json", "apollo-expose-query-plan": exposure };
    const body = JSON.stringify({ query });
    return (await fetch(router.url, { method: "POST", headers, body })).json();
  };
  const apolloQueryPlan = {
    object: { kind: "QueryPlan", node: expect.objectContaining({ kind: "Sequence" }) },
    text: expect.stringContaining('Fetch(service: "users")'),
  };
  expect(await ask("dry-run")).toEqual({ extensions: { apolloQueryPlan } });
  expect(shop.users.calls).toHaveLength(0);
  // The second and third time the answer may come from what is remembered.
  for (let time = 0; time < 3; time++) {
    expect(await ask("true")).toEqual({ ...meAnswer, extensions: { apolloQueryPlan } });
  }
  expect(await ask("false")).toEqual(meAnswer);
  expect(await ask("true", "{ __typename }")).toEqual({ data: { __typename: "Query" } });
});

const inputs = new Subgraph({
  name: "inputs",
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@inaccessible"])
    type Query { take(input: In!): String }
    input In { a: Int hidden: Int @inaccessible }`,
  answer: () => Response.json({ data: { take: "taken" } }),
});
afterAll(() => inputs[Symbol.asyncDispose]());

test("strict_variable_validation: measure lets unknown fields pass and says so, hidden ones never", async () => {
  const yaml = "supergraph: { listen: 127.0.0.1:0, strict_variable_validation: measure }";
  await using router = await startRouter({ supergraph: compose([inputs]), yaml });
  const take = async (input: unknown) => {
    const body = JSON.stringify({ query: "query($i: In!) { take(input: $i) }", variables: { i: input } });
    const headers = { "content-type": "application/json" };
    return (await fetch(router.url, { method: "POST", headers, body })).json();
  };
  expect(await take({ a: 1, more: 2 })).toEqual({ data: { take: "taken" } });
  await router.logged("unknown field input value at `$i.more`");
  expect(await take({ more: 2, hidden: 1 })).toMatchObject({
    errors: [{ extensions: { code: "VALIDATION_INVALID_TYPE_VARIABLE" } }],
  });
  expect(await take({ more: 2, a: "text" })).toMatchObject({
    errors: [{ extensions: { code: "VALIDATION_INVALID_TYPE_VARIABLE" } }],
  });
});

const listing = new Subgraph({
  name: "users",
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
    type Query { team: Team }
    type Team { members: [User!]! }
    type User @key(fields: "id") { id: ID! name: String }`,
  answer: () =>
    Response.json({
      data: { team: { members: ["1", "2", "3"].map((id) => ({ __typename: "User", id, name: id })) } },
    }),
});
afterAll(() => listing[Symbol.asyncDispose]());

test.each([
  [
    "off",
    "",
    [
      ["team", "members", 0],
      ["team", "members", 1],
      ["team", "members", 2],
    ],
  ],
  [
    "on",
    "experimental_hoist_orphan_errors: { subgraphs: { reviews: { enabled: true } } }",
    [["team", "members"]],
  ],
])("experimental_hoist_orphan_errors %s", async (_state, yaml, paths) => {
  shop.reviews.answer = () => Response.json({ data: null, errors: [{ message: "all lost" }] });
  await using router = await startRouter({ supergraph: compose([listing, shop.reviews]), yaml });
  const { errors } = await router.query("{ team { members { name review } } }");
  expect(errors?.map(({ path }) => path!)).toEqual(paths);
});

test("limits.router.max_recursive_selections counts fields and fragments wherever they are spread", async () => {
  const yaml = "limits: { router: { max_recursive_selections: 5 } }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const twice = (last: string) => `{ me { ...F ${last} } } fragment F on User { name }`;
  expect((await router.query(twice("...F"))).data).toEqual({ me: { name: "Ada" } });
  expect(await router.query(twice("...F name"))).toEqual({
    errors: [
      {
        message: "Maximum recursive selections limit exceeded in this operation",
        extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
      },
    ],
  });
});

test("warmed_up_queries: a reload has planned what was asked most before anybody asks again", async () => {
  const yaml = `
supergraph: { listen: 127.0.0.1:0, query_planning: { warmed_up_queries: 1 } }
telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } } } }`;
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const misses = async () => {
    const text = await (await fetch(router.metricsUrl)).text();
    return Number(/^apollo_router_cache_miss_time_count\{kind="query planner".* (\d+)$/m.exec(text)?.[1]);
  };
  await router.query("{ version }");
  for (let time = 0; time < 3; time++) await router.query(meQuery);
  expect(await misses()).toBe(2);
  router.signal("SIGHUP");
  await router.logged("reloaded");
  expect(await misses()).toBe(3);
  expect(await router.query(meQuery)).toEqual(meAnswer);
  expect(await misses()).toBe(3);
  await router.query("{ version }");
  expect(await misses()).toBe(4);
});

test("redact_query_validation_errors tells only that the operation is invalid", async () => {
  const yaml = "supergraph: { listen: 127.0.0.1:0, redact_query_validation_errors: true }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  expect(await router.query("{ nothing }")).toEqual({
    errors: [{ message: "invalid query", extensions: { code: "UNKNOWN_ERROR" } }],
  });
});

test.each([false, true])("enable_result_coercion_errors: %p", async (isOn) => {
  const yaml = `supergraph: { listen: 127.0.0.1:0, enable_result_coercion_errors: ${isOn} }`;
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  shop.users.answer = () => Response.json({ data: { version: { not: "a text" } } });
  const { data, errors = [] } = await router.query("{ version }");
  expect(data).toEqual({ version: null });
  expect(errors.map(({ path }) => path)).toEqual(isOn ? [["version"]] : []);
});

test("early_cancel: a client that hangs up ends the fetch that it waited for", async () => {
  const yaml = "supergraph: { listen: 127.0.0.1:0, early_cancel: true }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  shop.users.answer = () => new Promise(() => {});
  const hangUp = new AbortController();
  const asked = router.query("{ version }", { signal: hangUp.signal }).catch(() => "gone");
  while (shop.users.calls.length === 0) await Bun.sleep(5);
  hangUp.abort();
  await shop.users.calls[0]!.cancelled;
  expect(await asked).toBe("gone");
});

test("limits.router.http1_max_request_headers: one header too many is 431", async () => {
  const yaml = "limits: { router: { http1_max_request_headers: 10 } }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const send = (count: number) => {
    const more = Array.from({ length: count }, (_, index) => [`x-${index}`, "1"]);
    const headers = { "content-type": "application/json", ...Object.fromEntries(more) };
    return fetch(router.url, { method: "POST", headers, body: JSON.stringify({ query: meQuery }) });
  };
  expect(await (await send(1)).json()).toEqual(meAnswer);
  const refused = await send(10);
  expect(refused.status).toBe(431);
  expect(await refused.text()).toBe("");
});
