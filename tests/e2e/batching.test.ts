import { afterEach, describe, expect, test } from "bun:test";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerReviews, answerUsers, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { silence } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

function start(batching: string, more = ""): Promise<RouterProcess> {
  return startRouter({ supergraph: shop.supergraph, yaml: `batching: { ${batching} }\n${more}` });
}

async function ask(router: RouterProcess, body: unknown, headers: Record<string, string> = {}) {
  const response = await router.post("", { body: JSON.stringify(body), headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

const on = "enabled: true, mode: batch_http_link";
const version = { query: "{ version }" };

function refused(code: string, details: string) {
  return { errors: [{ message: "Invalid GraphQL request", extensions: { details, code } }] };
}

describe("several operations in one request", () => {
  test("are answered in one list, in their order", async () => {
    await using router = await start(on);
    const items = [
      { query: meQuery },
      version,
      { query: "query Q($x: Boolean!) { version @skip(if: $x) }", variables: { x: true } },
    ];
    expect(await ask(router, items)).toMatchObject({
      status: 200,
      body: [meAnswer, { data: { version: "1" } }, { data: {} }],
    });
    expect(await ask(router, [version])).toMatchObject({ status: 200, body: [{ data: { version: "1" } }] });
    expect(await ask(router, version)).toMatchObject({ status: 200, body: { data: { version: "1" } } });
  });

  test("what is wrong with one is said in its place", async () => {
    await using router = await start(on);
    const { status, body } = await ask(router, [
      version,
      { query: "{ nothing }" },
      { query: "subscription { x }" },
      version,
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { data: { version: "1" } },
      { errors: [{}] },
      { errors: [{}] },
      { data: { version: "1" } },
    ]);
    expect((await ask(router, [{ query: "{ nothing }" }, version])).status).toBe(400);
  });

  test("one that is slow is late alone", async () => {
    await using router = await start(on, "traffic_shaping: { router: { timeout: 2s } }");
    shop.reviews.reset(silence);
    shop.users.reset(answerUsers);
    const { status, body } = await ask(router, [version, { query: "{ latest }" }]);
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { data: { version: "1" } },
      { errors: [{ extensions: { code: "GATEWAY_TIMEOUT" } }] },
    ]);
    shop.reviews.reset(answerReviews);
  });

  test("too many, none, or what is no request reaches no subgraph", async () => {
    await using router = await start(`${on}, maximum_size: 2`);
    expect(await ask(router, [version, version, version])).toMatchObject({
      status: 422,
      body: refused(
        "BATCH_LIMIT_EXCEEDED",
        "Batch limits exceeded: you provided a batch with 3 entries, but the configured maximum router batch size is 2",
      ),
    });
    expect(await ask(router, [])).toMatchObject({
      status: 400,
      body: refused(
        "INVALID_GRAPHQL_REQUEST",
        "failed to decode a valid GraphQL request from path: empty array ",
      ),
    });
    expect((await ask(router, [version, 7])).status).toBe(400);
    expect(shop.users.calls).toHaveLength(0);
  });

  test("without a maximum there is one all the same", async () => {
    await using router = await start(on);
    expect(
      (
        await ask(
          router,
          Array.from({ length: 1_001 }, () => version),
        )
      ).status,
    ).toBe(422);
  });

  test("each counts against a limit", async () => {
    const rule = "{ name: all, limit: 5, per: hour }";
    await using router = await start(on, `plugins: { mycelium.rate_limit: { rules: [${rule}] } }`);
    const first = await ask(router, [version, version, version]);
    expect(first.headers.get("ratelimit")).toMatch(/^"all";r=2;/);
    const { status, body } = await ask(router, [version, version, version]);
    expect(status).toBe(200);
    const limited = { errors: [{ extensions: { code: "RATE_LIMITED" } }] };
    expect(body).toMatchObject([{ data: { version: "1" } }, { data: { version: "1" } }, limited]);
    expect((await ask(router, [version])).status).toBe(429);
    expect(shop.users.calls).toHaveLength(5);
  });

  test("are counted", async () => {
    await using router = await start(
      on,
      'telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: "127.0.0.1:0" } } } }',
    );
    await ask(router, [version, version]);
    const text = await (await fetch(router.metricsUrl)).text();
    expect(text).toMatch(/operations_batching_total\{mode="batch_http_link"[^}]*\} 1/);
    expect(text).toMatch(/operations_batching_size_sum\{mode="batch_http_link"[^}]*\} 2/);
  });

  test("are refused where they are not on", async () => {
    await using router = await startRouter({ supergraph: shop.supergraph });
    expect(await ask(router, [version])).toMatchObject({
      status: 400,
      body: refused("BATCHING_NOT_ENABLED", "batching not enabled"),
    });
  });
});

describe("what several operations ask of one subgraph", () => {
  const toAll = `${on}, subgraph: { all: { enabled: true } }`;
  const namedQuery = (name: string) => ({ query: `query ${name} { version }`, operationName: name });

  test("goes there as one list, and what follows as another", async () => {
    await using router = await start(toAll);
    const { body } = await ask(router, [
      { query: meQuery },
      version,
      { query: "{ latest }" },
      { query: meQuery },
    ]);
    expect(body).toEqual([meAnswer, { data: { version: "1" } }, { data: { latest: "good" } }, meAnswer]);
    expect(shop.users.requests).toEqual([3]);
    expect(shop.reviews.requests).toEqual([1, 2]);
  });

  test("goes there by itself where the subgraph takes no lists, or one operation alone asks", async () => {
    await using router = await start(`${toAll.slice(0, -1)}, subgraphs: { reviews: { enabled: false } } }`);
    expect((await ask(router, [{ query: meQuery }, { query: meQuery }])).body).toEqual([meAnswer, meAnswer]);
    expect([shop.users.requests, shop.reviews.requests]).toEqual([[2], [1, 1]]);
    shop.reset();
    expect(
      (await ask(router, [version, { query: "{ nothing }" }, { query: "{ latest }" }])).body,
    ).toMatchObject([{ data: { version: "1" } }, { errors: [{}] }, { data: { latest: "good" } }]);
    expect([shop.users.requests, shop.reviews.requests]).toEqual([[1], [1]]);
  });

  test("fails in each place where the list fails", async () => {
    await using router = await start(toAll, "include_subgraph_errors: { all: true }");
    shop.users.resetWhole(() => Response.json({ data: { version: "1" } }));
    const code = (each: string) => ({
      data: null,
      errors: [{ extensions: { code: each, service: "users" } }],
    });
    const malformed = code("SUBREQUEST_MALFORMED_RESPONSE");
    expect((await ask(router, [namedQuery("A"), namedQuery("B")])).body).toMatchObject([
      malformed,
      malformed,
    ]);
    shop.users.resetWhole(() => Response.json([{ data: { version: "1" } }]));
    const short = code("SUBREQUEST_BATCHING_ERROR");
    expect((await ask(router, [namedQuery("A"), namedQuery("B")])).body).toMatchObject([short, short]);
    shop.users.resetWhole(() => Response.json([{ errors: [{ message: "no" }] }, { data: { version: "2" } }]));
    expect((await ask(router, [namedQuery("A"), namedQuery("B")])).body).toMatchObject([
      { data: null, errors: [{ message: "no" }] },
      { data: { version: "2" } },
    ]);
  });

  test("is late as one", async () => {
    await using router = await start(toAll, "traffic_shaping: { all: { timeout: 300ms } }");
    shop.users.resetWhole(() => new Promise(() => {}));
    const late = { data: null, errors: [{ extensions: { code: "GATEWAY_TIMEOUT" } }] };
    expect((await ask(router, [namedQuery("A"), namedQuery("B")])).body).toMatchObject([late, late]);
  });
});
