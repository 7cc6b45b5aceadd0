import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnswerStage, type StagePayload, TestCoprocessor } from "../support/coprocessor.ts";
import { type GraphqlAnswer, type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerReviews, answerUsers, meAnswer, meQuery, openShop } from "./support/shop.ts";

const shop = openShop();
const coprocessor = new TestCoprocessor();
afterEach(() => {
  shop.reset();
  coprocessor.answers({});
});
afterAll(() => coprocessor[Symbol.asyncDispose]());

const everything = {
  routerRequest: "{ headers: true, context: all, body: true, sdl: true, path: true, method: true }",
  routerResponse: "{ headers: true, context: all, body: true, sdl: true, status_code: true }",
  supergraphRequest: "{ headers: true, context: all, body: true, sdl: true, method: true }",
  supergraphResponse: "{ headers: true, context: all, body: true, sdl: true, status_code: true }",
  executionRequest: "{ headers: true, context: all, body: true, sdl: true, method: true, query_plan: true }",
  executionResponse: "{ headers: true, context: all, body: true, sdl: true, status_code: true }",
  subgraphRequest:
    "{ headers: true, context: all, body: true, uri: true, method: true, service_name: true, subgraph_request_id: true }",
  subgraphResponse:
    "{ headers: true, context: all, body: true, service_name: true, status_code: true, subgraph_request_id: true }",
};

function configure(stages: Partial<typeof everything>, more = ""): string {
  const stage = (name: "router" | "supergraph" | "execution" | "subgraph") =>
    `{ request: ${stages[`${name}Request`] ?? "{}"}, response: ${stages[`${name}Response`] ?? "{}"} }`;
  return [
    "coprocessor:",
    `  url: ${coprocessor.url}/all`,
    "  timeout: 10s",
    `  router: ${stage("router")}`,
    `  supergraph: ${stage("supergraph")}`,
    `  execution: ${stage("execution")}`,
    `  subgraph: { all: ${stage("subgraph")} }`,
    more,
    "headers: { all: { request: { operations: [ { propagate: { matching: '^x-' } } ] } } }",
  ].join("\n");
}

describe("a coprocessor that is told everything", () => {
  let router: RouterProcess;
  beforeAll(async () => {
    router = await startRouter({ supergraph: shop.supergraph, yaml: configure(everything) });
  });
  afterAll(() => router[Symbol.asyncDispose]());

  const ask = (query = meQuery, headers: Record<string, string> = {}) =>
    fetch(`${router.url}?a=b`, {
      method: "POST",
      body: JSON.stringify({ query }),
      headers: { "content-type": "application/json", "x-one": "1", ...headers },
    });

  test("is asked at each stage, in order, in Apollo's form", async () => {
    const response = await ask();
    expect(await response.json()).toEqual(meAnswer);
    expect(
      coprocessor.payloads.map(({ stage, serviceName }) => [stage, serviceName].join(" ").trim()),
    ).toEqual([
      "RouterRequest",
      "SupergraphRequest",
      "ExecutionRequest",
      "SubgraphRequest users",
      "SubgraphResponse users",
      "SubgraphRequest reviews",
      "SubgraphResponse reviews",
      "ExecutionResponse",
      "SupergraphResponse",
      "RouterResponse",
    ]);
    const ids = new Set(coprocessor.payloads.map(({ id }) => id));
    expect(ids.size).toBe(1);
    expect(coprocessor.payloads.every(({ version }) => version === 1)).toBe(true);
    const [request] = coprocessor.told("RouterRequest");
    expect(request).toMatchObject({
      control: "continue",
      method: "POST",
      path: "/?a=b",
      body: JSON.stringify({ query: meQuery }),
      sdl: shop.supergraph,
      headers: { "x-one": ["1"], "content-type": ["application/json"] },
    });
    expect(coprocessor.told("SupergraphRequest")[0]).toMatchObject({
      body: { query: meQuery },
      context: { entries: { "apollo::supergraph::operation_kind": "query" } },
    });
    expect(coprocessor.told("ExecutionRequest")[0]!.queryPlan!.root.kind).toBe("Sequence");
    const [, reviewsRequest] = coprocessor.told("SubgraphRequest");
    expect(reviewsRequest).toMatchObject({
      control: "continue",
      method: "POST",
      uri: shop.reviews.url,
      headers: { "x-one": ["1"] },
      body: { variables: { representations: [{ __typename: "User", id: "1" }] } },
    });
    const [, reviewsResponse] = coprocessor.told("SubgraphResponse");
    expect(reviewsResponse).toMatchObject({
      statusCode: 200,
      subgraphRequestId: reviewsRequest!.subgraphRequestId!,
      body: { data: { _entities: [{ __typename: "User", review: "good" }] } },
    });
    expect(reviewsResponse!.control).toBeUndefined();
    expect(coprocessor.told("ExecutionResponse")[0]).toMatchObject({ statusCode: 200, body: meAnswer });
    expect(coprocessor.told("RouterResponse")[0]).toMatchObject({
      statusCode: 200,
      body: JSON.stringify(meAnswer),
      headers: { "content-type": ["application/json"] },
    });
  });

  test("is asked as often when the answer is one that came before", async () => {
    for (let time = 0; time < 3; time++) await ask();
    expect(coprocessor.payloads.length).toBe(30);
    expect(shop.reviews.calls.length).toBe(3);
  });

  const breaks: [string, unknown, unknown][] = [
    ["RouterRequest", "no", { errors: [{ message: "no", extensions: { code: "ERROR" } }] }],
    [
      "RouterRequest",
      JSON.stringify({ errors: [{ message: "not you", extensions: { code: "NO" } }] }),
      { errors: [{ message: "not you", extensions: { code: "NO" } }] },
    ],
    ["SupergraphRequest", { data: { me: null } }, { data: { me: null } }],
    [
      "SupergraphRequest",
      {},
      {
        errors: [
          {
            message:
              "couldn't deserialize coprocessor output body: graphql response without data must contain at least one error",
            extensions: { code: "EXTERNAL_DESERIALIZATION_ERROR" },
          },
        ],
      },
    ],
    ["ExecutionRequest", { errors: [{ message: "stop" }] }, { errors: [{ message: "stop" }] }],
  ];
  test.each(breaks)("ends a request at %s with %j", async (stage, body, expected) => {
    coprocessor.answers({
      [stage]: (payload) => ({ ...payload, control: { break: 401 }, body, headers: { "x-why": ["a", "b"] } }),
    });
    const response = await ask();
    expect([response.status, await response.json()]).toEqual([401, expected]);
    expect(response.headers.get("x-why")).toBe("a, b");
    expect(shop.users.calls.length).toBe(0);
  });

  test("answers in a subgraph's place, as an error or as data", async () => {
    coprocessor.answers({
      SubgraphRequest: (payload) =>
        payload.serviceName === "reviews" ? { ...payload, control: { break: 500 }, body: "closed" } : payload,
    });
    expect(await (await ask()).json()).toEqual({
      data: { me: { name: "Ada", review: null } },
      errors: [{ message: "closed", path: ["me"], extensions: { code: "ERROR", service: "reviews" } }],
    });
    coprocessor.answers({
      SubgraphRequest: (payload) =>
        payload.serviceName === "reviews"
          ? { ...payload, control: { break: 200 }, body: { data: { _entities: [{ review: "bad" }] } } }
          : payload,
    });
    expect(await (await ask()).json()).toEqual({ data: { me: { name: "Ada", review: "bad" } } });
    expect(shop.reviews.calls.length).toBe(0);
  });

  test("changes what the client sent", async () => {
    coprocessor.answers({
      RouterRequest: (payload) => ({
        ...payload,
        headers: { ...payload.headers, "x-two": ["2"], "x-one": [] },
        body: JSON.stringify({ query: "{ version }" }),
      }),
    });
    expect(await (await ask()).json()).toEqual({ data: { version: "1" } });
    const [call] = shop.users.calls;
    expect([call!.headers.get("x-one"), call!.headers.get("x-two")]).toEqual([null, "2"]);
  });

  test("changes the operation, which is found valid like any other", async () => {
    const change = (query: string): Record<string, AnswerStage> => ({
      SupergraphRequest: (payload) => ({ ...payload, body: { ...payload.body, query } }),
    });
    coprocessor.answers(change("{ version }"));
    expect(await (await ask()).json()).toEqual({ data: { version: "1" } });
    coprocessor.answers(change("{ nothing }"));
    const refused = await ask();
    expect([refused.status, shop.users.calls.length]).toEqual([400, 1]);
  });

  test("changes variables before the plan runs", async () => {
    const query = "query ($all: Boolean! = false) { me { name @include(if: $all) review } }";
    coprocessor.answers({
      ExecutionRequest: (payload) => ({ ...payload, body: { ...payload.body, variables: { all: true } } }),
    });
    expect(await (await ask(query)).json()).toEqual(meAnswer);
  });

  test("changes a subgraph's request: head, body and where it goes", async () => {
    coprocessor.answers({
      SubgraphRequest: (payload) =>
        payload.serviceName === "users"
          ? {
              ...payload,
              headers: { ...payload.headers, "x-user": ["ada"] },
              uri: `${shop.reviews.url}elsewhere`,
              body: { ...payload.body, variables: { marked: true } },
            }
          : payload,
    });
    shop.reviews.answer = (call) => (call.variables.marked ? answerUsers(call) : answerReviews(call));
    expect(await (await ask()).json()).toEqual(meAnswer);
    expect(shop.users.calls.length).toBe(0);
    expect(shop.reviews.calls[0]!.headers.get("x-user")).toBe("ada");
    expect(shop.reviews.calls[0]!.variables).toEqual({ marked: true });
  });

  test("changes answers at each stage", async () => {
    coprocessor.answers({
      SubgraphResponse: (payload) =>
        payload.serviceName === "reviews"
          ? { ...payload, body: { data: { _entities: [{ __typename: "User", review: "changed" }] } } }
          : payload,
      ExecutionResponse: (payload) => ({
        ...payload,
        body: { ...payload.body, extensions: { execution: 1 } },
      }),
      SupergraphResponse: (payload) => ({
        ...payload,
        control: { break: 202 },
        body: { ...payload.body, extensions: { ...payload.body.extensions, supergraph: 2 } },
        headers: { "x-supergraph": ["yes"] },
      }),
      RouterResponse: (payload) => ({
        ...payload,
        headers: { ...payload.headers, "set-cookie": ["a=1", "b=2"] },
        body: payload.body.replace("Ada", "Eve"),
      }),
    });
    const response = await ask();
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({
      data: { me: { name: "Eve", review: "changed" } },
      extensions: { execution: 1, supergraph: 2 },
    });
    expect(response.headers.get("x-supergraph")).toBe("yes");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("writes down what later stages see, and takes it away again", async () => {
    const withEntry = (payload: StagePayload, entries: Record<string, unknown>): StagePayload => ({
      ...payload,
      context: { entries: { ...payload.context?.entries, ...entries } },
    });
    coprocessor.answers({
      RouterRequest: (payload) => withEntry(payload, { tenant: "north", kept: [1, { a: 2 }] }),
      SubgraphResponse: (payload) => {
        const { tenant: _, ...entries } = payload.context!.entries;
        return { ...payload, context: { entries } };
      },
    });
    await ask();
    const seen = (stage: string, nth = 0) => coprocessor.told(stage)[nth]!.context!.entries;
    expect(seen("SubgraphRequest")).toMatchObject({ tenant: "north", kept: [1, { a: 2 }] });
    expect(seen("SubgraphRequest", 1).tenant).toBeUndefined();
    expect(seen("RouterResponse")).toMatchObject({ kept: [1, { a: 2 }] });
  });

  test("sees requests that are refused, and GETs", async () => {
    const refused = await fetch(router.url, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "text/plain", "apollo-require-preflight": "1" },
    });
    expect(refused.status).toBe(415);
    expect(coprocessor.payloads.map(({ stage }) => stage)).toEqual(["RouterRequest", "RouterResponse"]);
    coprocessor.answers({});
    const url = `${router.url}?query=${encodeURIComponent("{ version }")}`;
    const got = await fetch(url, { headers: { "apollo-require-preflight": "1" } });
    expect(await got.json()).toEqual({ data: { version: "1" } });
    expect(coprocessor.told("RouterRequest")[0]).toMatchObject({ method: "GET", body: "" });
  });

  test.each<[string, AnswerStage]>([
    ["no JSON", () => new Response("<html>", { status: 502 })],
    ["nothing", () => new Response()],
    ["a list", () => Response.json([])],
    ["another version", (payload) => ({ ...payload, version: 2 })],
    ["another stage", (payload) => ({ ...payload, stage: "RouterResponse" })],
    ["no control", ({ control: _, ...payload }) => payload],
    ["a control that is none", (payload) => ({ ...payload, control: { break: 7 } })],
    ["headers that are none", (payload) => ({ ...payload, headers: { "a b": ["c"] } })],
    ["a header that begins another", (payload) => ({ ...payload, headers: { a: ["b\r\nc: d"] } })],
  ])("that answers %s ends the request with 500 and one line in the log", async (_what, answer) => {
    coprocessor.answers({ SupergraphRequest: answer });
    const before = router.messages.filter((message) => message.startsWith("coprocessor:")).length;
    const response = await ask();
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text).errors[0].extensions.code).toBe("INTERNAL_SERVER_ERROR");
    expect(text).not.toContain("oprocessor");
    await router.logged("coprocessor: supergraph request stage error: ", before + 1);
    expect(shop.users.calls.length).toBe(0);
    coprocessor.answers({});
    expect(await (await ask()).json()).toEqual(meAnswer);
  });

  test("that fails for one subgraph leaves the rest of the answer", async () => {
    coprocessor.answers({
      SubgraphResponse: (payload) => (payload.serviceName === "reviews" ? new Response("garbage") : payload),
    });
    const { data, errors } = (await (await ask()).json()) as GraphqlAnswer;
    expect(data).toEqual({ me: { name: "Ada", review: null } });
    expect(errors).toMatchObject([
      { path: ["me"], extensions: { code: "SUBREQUEST_HTTP_ERROR", service: "reviews" } },
    ]);
  });
});

test("only what is asked for is told, and stages that ask for nothing do not run", async () => {
  const yaml = configure({
    routerRequest: "{ headers: true }",
    subgraphResponse: "{ body: { errors: true }, context: { selective: [wanted] } }",
  });
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  coprocessor.answers({
    RouterRequest: (payload) => ({ ...payload, context: { entries: { wanted: 1, other: 2 } } }),
    SubgraphResponse: (payload) => ({ ...payload, body: { errors: [] } }),
  });
  expect(await router.query("{ version }")).toEqual({ data: { version: "1" } });
  expect(coprocessor.payloads.map((payload) => Object.keys(payload))).toEqual([
    ["version", "stage", "control", "id", "headers", "method"],
    ["version", "stage", "id", "body", "context"],
  ]);
  expect(coprocessor.payloads[1]).toMatchObject({
    body: { errors: [] },
    context: { entries: { wanted: 1 } },
  });
});

test("conditions decide whether it is asked", async () => {
  const yaml = configure({
    routerRequest: '{ body: true, condition: { not: { eq: [ { request_header: x-skip }, "yes" ] } } }',
    supergraphRequest: '{ body: true, condition: { eq: [ { operation_name: string }, "Asked" ] } }',
    subgraphRequest: '{ service_name: true, condition: { eq: [ { subgraph_name: true }, "reviews" ] } }',
    routerResponse:
      "{ status_code: true, condition: { any: [ { eq: [ { on_graphql_error: true }, true ] }, { gt: [ { response_status: code }, 399 ] } ] } }",
  });
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const stagesFor = async (query: string, skip?: string) => {
    coprocessor.answers({});
    const headers = { "content-type": "application/json", ...(skip && { "x-skip": skip }) };
    await fetch(router.url, { method: "POST", body: JSON.stringify({ query }), headers });
    return coprocessor.payloads.map(({ stage }) => stage);
  };
  expect(await stagesFor("query Asked { version }", "no")).toEqual(["RouterRequest", "SupergraphRequest"]);
  expect(await stagesFor("query Asked { version }", "yes")).toEqual(["SupergraphRequest"]);
  expect(await stagesFor("query Other { me { review } }")).toEqual(["SubgraphRequest"]);
  expect(await stagesFor("{ nothing }")).toEqual(["RouterResponse"]);
});

test("a stage may have a coprocessor of its own, behind a Unix socket too", async () => {
  const path = join(tmpdir(), `mycelium-coprocessor-${process.pid}.sock`);
  await using own = new TestCoprocessor(path);
  const yaml = configure({
    routerRequest: `{ method: true, url: "unix://${path}?path=/own" }`,
    supergraphRequest: "{ method: true }",
  });
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  expect(await router.query(meQuery)).toEqual(meAnswer);
  expect([own.paths, coprocessor.paths]).toEqual([["/own"], ["/all"]]);
});

test("names of Apollo Router 1 are told and taken where the configuration asks for them", async () => {
  const yaml = configure({
    supergraphRequest: "{ context: deprecated }",
    subgraphRequest: "{ context: all }",
  });
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  coprocessor.answers({
    SupergraphRequest: (payload) => ({
      ...payload,
      context: { entries: { "apollo_override::labels_to_override": ["a"] } },
    }),
  });
  await router.query("query Named { version }");
  expect(coprocessor.payloads[0]!.context!.entries).toMatchObject({ operation_name: "Named" });
  expect(coprocessor.payloads[1]!.context!.entries).toMatchObject({
    "apollo::supergraph::operation_name": "Named",
    "apollo::progressive_override::labels_to_override": ["a"],
  });
});

test("without response_validation what cannot be read is passed over", async () => {
  const yaml = configure({ supergraphResponse: "{ body: true }" }, "  response_validation: false");
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  coprocessor.answers({ SupergraphResponse: (payload) => ({ ...payload, body: "nonsense" }) });
  expect(await router.query(meQuery)).toEqual(meAnswer);
});

describe("a coprocessor in trouble", () => {
  const yaml = (url: string) =>
    `coprocessor: { url: "${url}", timeout: 300ms, router: { request: { headers: true } } }`;

  test("that does not answer in time is a timeout", async () => {
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: yaml(coprocessor.url) });
    coprocessor.answers({ RouterRequest: () => new Promise<Response>(() => {}) });
    const response = await router.post(meQuery);
    expect([response.status, await response.json()]).toEqual([
      504,
      { errors: [{ message: "Your request has been timed out", extensions: { code: "GATEWAY_TIMEOUT" } }] },
    ]);
    expect(shop.users.calls.length).toBe(0);
  });

  test("that is not there is a 500, and none once it is back", async () => {
    const gone = new TestCoprocessor();
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: yaml(url) });
    expect((await router.post(meQuery)).status).toBe(500);
    await router.logged("coprocessor: router request stage error: no connection to the coprocessor");
  });

  test("that answers without end is cut off, and costs no more memory than its bound", async () => {
    await using router = await startRouter({
      supergraph: shop.supergraph,
      yaml: yaml(coprocessor.url).replace("300ms", "20s"),
    });
    const chunk = new Uint8Array(1024 * 1024);
    coprocessor.answers({
      RouterRequest: () =>
        new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) })),
    });
    expect((await router.post(meQuery)).status).toBe(500);
    await router.logged("coprocessor: router request stage error: ");
    coprocessor.answers({});
    expect(await router.query(meQuery)).toEqual(meAnswer);
  });
});
