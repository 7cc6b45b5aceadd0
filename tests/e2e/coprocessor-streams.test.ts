import { afterAll, afterEach, expect, test } from "bun:test";
import { TestCoprocessor } from "../support/coprocessor.ts";
import { openMarket, passthrough } from "./support/market.ts";
import { startRouter } from "./support/router-process.ts";

const market = openMarket();
const coprocessor = new TestCoprocessor();
afterEach(() => coprocessor.answers({}));
afterAll(() => coprocessor[Symbol.asyncDispose]());

const response = "response: { body: true, headers: true, status_code: true, context: all }";
const yaml = `${passthrough}
coprocessor:
  url: ${coprocessor.url}
  timeout: 10s
  router: { response: { body: true } }
  supergraph: { ${response} }
  execution: { ${response} }
`;

async function count(url: string): Promise<unknown[]> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "multipart/mixed;subscriptionSpec=1.0, application/json",
    },
    body: JSON.stringify({ query: "subscription { counter(to: 3) }" }),
  });
  const text = await answer.text();
  return [...text.matchAll(/\{"payload".*\}/g)].map(([part]) => JSON.parse(part));
}

test("each answer of a subscription passes the coprocessor, at each stage", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  coprocessor.answers({
    ExecutionResponse: (payload) => ({
      ...payload,
      body: { data: { counter: payload.body.data.counter * 10 } },
    }),
    SupergraphResponse: (payload) => ({ ...payload, body: { ...payload.body, extensions: { seen: true } } }),
    RouterResponse: (payload) => ({ ...payload, body: payload.body.replace("seen", "read") }),
  });
  expect(await count(router.url)).toEqual(
    [10, 20, 30].map((counter) => ({ payload: { data: { counter }, extensions: { read: true } } })),
  );
  expect(coprocessor.payloads.map(({ stage }) => stage)).toEqual(
    [1, 2, 3].flatMap(() => ["ExecutionResponse", "SupergraphResponse", "RouterResponse"]),
  );
  const [first] = coprocessor.told("SupergraphResponse");
  expect([first!.headers, first!.statusCode]).toEqual([undefined, undefined]);
});

test("a coprocessor that fails for one answer costs that one, and the rest follow", async () => {
  await using router = await startRouter({ supergraph: market.supergraph, yaml });
  coprocessor.answers({
    SupergraphResponse: (payload) => (payload.body.data.counter === 2 ? new Response("garbage") : payload),
  });
  const failed = {
    errors: [
      { message: "Internal error handling deferred response", extensions: { code: "INTERNAL_ERROR" } },
    ],
  };
  expect(await count(router.url)).toEqual([
    { payload: { data: { counter: 1 } } },
    { payload: failed },
    { payload: { data: { counter: 3 } } },
  ]);
  await router.logged("coprocessor: error in an answer of a stream: ");
});
