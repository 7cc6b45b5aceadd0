import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { hangUp } from "./support/hang-up.ts";
import { RawSubgraph } from "./support/raw-subgraph.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { compose, meAnswer, meQuery, openShop, reviewsSdl } from "./support/shop.ts";
import { silence } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

const partial = { me: { name: "Ada", review: null } };

describe("a subgraph that answers badly gives partial data and one clear error", () => {
  const faulty = new RawSubgraph();
  afterAll(() => faulty.close());
  let router: RouterProcess | undefined;
  afterAll(() => router?.[Symbol.asyncDispose]());

  const body = '{"data":{"_entities":[{"review":"good"}]}}';
  const head = (length: number, more = "") =>
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`;

  test.each([
    ["closes before it answers", "", "SUBREQUEST_HTTP_ERROR"],
    ["dies in the middle of the head", "HTTP/1.1 200 OK\r\ncontent-ty", "SUBREQUEST_HTTP_ERROR"],
    ["dies in the middle of the body", head(body.length) + body.slice(0, 20), "SUBREQUEST_HTTP_ERROR"],
    ["dies in the middle of a chunk", `${chunked()}20\r\n{"data":`, "SUBREQUEST_HTTP_ERROR"],
    ["speaks no HTTP", "SSH-2.0-OpenSSH_9.9\r\n", "SUBREQUEST_HTTP_ERROR"],
    ["sends a length that is no number", head(-1), "SUBREQUEST_HTTP_ERROR"],
    ["sends a chunk size that is no number", `${chunked()}zz\r\n`, "SUBREQUEST_HTTP_ERROR"],
    ["sends no JSON", `${head(6)}<html>`, "SUBREQUEST_MALFORMED_RESPONSE"],
    ["sends half of a JSON text", `${head(20)}${body.slice(0, 20)}`, "SUBREQUEST_MALFORMED_RESPONSE"],
    ["sends no GraphQL", `${head(2)}[]`, "SUBREQUEST_MALFORMED_RESPONSE"],
    ["sends nothing at all", head(0), "SUBREQUEST_MALFORMED_RESPONSE"],
    ["answers with more than the cap", `${head(5_000_000)}${"x".repeat(5_000_000)}`, "SUBREQUEST_HTTP_ERROR"],
    ["announces more than the cap", head(90_000_000), "SUBREQUEST_HTTP_ERROR"],
  ])("it %s", async (_what, answer, code) => {
    router ??= await startRouter({
      supergraph: compose([shop.users, { name: "reviews", sdl: reviewsSdl, url: faulty.url }]),
      yaml: "limits: { subgraph: { all: { http_max_response_size: 1mib } } }",
    });
    faulty.answer = answer;
    const { data, errors } = await router.query(meQuery);
    expect(data).toEqual(partial);
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({ path: ["me"], extensions: { code, service: "reviews" } });
    expect(errors![0]!.message).not.toContain("\n");
  });

  test("and afterwards the router is as before: it answers, and holds no connection", async () => {
    faulty.answer = head(body.length) + body;
    expect(await router!.query(meQuery)).toEqual(meAnswer);
    expect(await router!.query(meQuery)).toEqual(meAnswer);
    expect(faulty.connections).toBeLessThanOrEqual(1);
  });
});

function chunked(): string {
  return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
}

test("a subgraph that is not there is one clear error, and no waiting", async () => {
  const url = "http://127.0.0.1:1/";
  await using router = await startRouter({
    supergraph: compose([shop.users, { name: "reviews", sdl: reviewsSdl, url }]),
  });
  const { data, errors } = await router.query(meQuery);
  expect(data).toEqual(partial);
  expect(errors).toHaveLength(1);
  expect(errors![0]!.message).toStartWith("HTTP fetch failed from 'reviews': ");
});

test("a slow subgraph is given up after its timeout, and sees its connection closed", async () => {
  shop.reviews.answer = silence;
  const yaml = "traffic_shaping: { subgraphs: { reviews: { timeout: 200ms } } }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  expect(await router.query(meQuery)).toEqual({
    data: partial,
    errors: [
      {
        message: "Your request has been timed out",
        path: ["me"],
        extensions: { code: "GATEWAY_TIMEOUT", service: "reviews" },
      },
    ],
  });
  await shop.reviews.calls[0]!.cancelled;
});

test("the router's own timeout answers 504 and stops the work behind it", async () => {
  shop.users.answer = silence;
  const yaml = "traffic_shaping: { router: { timeout: 200ms } }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const answer = await router.post(meQuery);
  expect([answer.status, await answer.json()]).toEqual([
    504,
    { errors: [{ message: "Your request has been timed out", extensions: { code: "GATEWAY_TIMEOUT" } }] },
  ]);
  await shop.users.calls[0]!.cancelled;
});

test("with early_cancel, work stops when the client hangs up", async () => {
  shop.users.answer = silence;
  const yaml = "supergraph: { listen: 127.0.0.1:0, early_cancel: true }";
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  await hangUp(router, shop.users, meQuery);
  await shop.users.calls[0]!.cancelled;
});

test("without early_cancel, a mutation goes on when the client has hung up", async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const answer = shop.users.answer;
  shop.users.answer = async (call) => {
    await released;
    return answer(call);
  };
  await using router = await startRouter({ supergraph: shop.supergraph });
  await hangUp(router, shop.users, 'mutation { rename(name: "Ada") { review } }');
  await Bun.sleep(100);
  release();
  while (shop.reviews.calls.length === 0) await Bun.sleep(5);
  expect(await Promise.race([shop.users.calls[0]!.cancelled.then(() => "cancelled"), "done"])).toBe("done");
});
