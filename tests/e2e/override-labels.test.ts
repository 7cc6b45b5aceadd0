import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { TestCoprocessor } from "../support/coprocessor.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { compose } from "./support/shop.ts";
import { type AnswerCall, Subgraph } from "./support/subgraph.ts";

setDefaultTimeout(20_000);

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])`;
const answer =
  (price: string): AnswerCall =>
  () =>
    Response.json({ data: { price, _entities: [{ price }] } });
const from = { old: answer("old"), new: answer("new") };
const before = new Subgraph({ name: "old", sdl: `${link} type Query { price: String }`, answer: from.old });
const after = new Subgraph({
  name: "new",
  sdl: `${link} type Query { price: String @override(from: "old", label: "beta") }`,
  answer: from.new,
});
const coprocessor = new TestCoprocessor();
let router: RouterProcess;

beforeAll(async () => {
  const yaml = `coprocessor: { url: "${coprocessor.url}", supergraph: { request: { context: all } } }`;
  router = await startRouter({ supergraph: compose([before, after]), yaml });
});
afterEach(() => {
  before.reset(from.old);
  after.reset(from.new);
});
afterAll(async () => {
  const all = [router, coprocessor, before, after].map((each) => each[Symbol.asyncDispose]());
  await Promise.all(all);
});

async function askPrice(labels: unknown): Promise<unknown> {
  coprocessor.answers({
    SupergraphRequest: (payload) => {
      if (labels !== undefined)
        payload.context!.entries["apollo::progressive_override::labels_to_override"] = labels;
      return payload;
    },
  });
  const response = await fetch(router.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ price }" }),
  });
  return ((await response.json()) as { data: { price: string } }).data.price;
}

test("a coprocessor learns the labels and says for each request which hold", async () => {
  expect(await askPrice(undefined)).toBe("old");
  const [told] = coprocessor.told("SupergraphRequest");
  expect(told?.context?.entries["apollo::progressive_override::unresolved_labels"]).toEqual(["beta"]);
  expect(await askPrice(["beta"])).toBe("new");
  expect(await askPrice([])).toBe("old");
  expect([before.calls.length, after.calls.length]).toEqual([2, 1]);
});

test.each([["other"], "beta", 7, null, [null, {}]])("%p names no label of the supergraph", async (labels) => {
  expect(await askPrice(labels)).toBe("old");
});
