import { afterAll, afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { compose } from "./support/shop.ts";
import { type AnswerCall, Subgraph } from "./support/subgraph.ts";

setDefaultTimeout(20_000);

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", { name: "@cost", as: "@price" }, "@listSize"])`;

const answerBooks: AnswerCall = ({ variables }) =>
  Response.json({
    data: {
      books: Array.from({ length: Number(variables.first ?? 2) }, (_, id) => ({
        __typename: "Book",
        id: String(id),
        title: `Book ${id}`,
      })),
    },
  });

const answerStock: AnswerCall = ({ variables }) =>
  Response.json({
    data: { _entities: (variables.representations as unknown[]).map(() => ({ left: 1 })) },
  });

const books = new Subgraph({
  name: "books",
  sdl: `${link}
    type Query { books(first: Int): [Book!]! @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false) }
    type Book @key(fields: "id") { id: ID! title: String }`,
  answer: answerBooks,
});
const stock = new Subgraph({
  name: "stock",
  sdl: `${link} type Book @key(fields: "id") { id: ID! left: Int @price(weight: 4) }`,
  answer: answerStock,
});
const supergraph = compose([books, stock]);
afterEach(() => {
  books.reset(answerBooks);
  stock.reset(answerStock);
});
afterAll(() => Promise.all([books, stock].map((subgraph) => subgraph[Symbol.asyncDispose]())));

const metrics = `telemetry:
  exporters: { metrics: { prometheus: { enabled: true, listen: "127.0.0.1:0" } } }
  instrumentation:
    instruments:
      supergraph:
        cost.estimated: { attributes: { cost.result: true, graphql.operation.name: true } }
        cost.actual: true
        cost.delta: true
        mine: { type: histogram, unit: cost, description: mine, value: { cost: actual } }`;

function start(mode: string, strategy: string, more = ""): Promise<RouterProcess> {
  const yaml = `demand_control: { enabled: true, mode: ${mode}, strategy: { static_estimated: { ${strategy} } } }`;
  return startRouter({ supergraph, yaml: `${yaml}\n${metrics}\n${more}` });
}

const query = "query Shelf($first: Int) { books(first: $first) { title left } }";

async function ask(router: RouterProcess, variables: Record<string, unknown>) {
  const response = await router.post("", { body: JSON.stringify({ query, variables }) });
  return { status: response.status, body: await response.json() };
}

async function metricsOf(router: RouterProcess): Promise<string> {
  return (await fetch(router.metricsUrl)).text();
}

describe("the cost of an operation", () => {
  test("what would cost too much reaches no subgraph", async () => {
    await using router = await start("enforce", "list_size: 10, max: 60");
    // Two books, and ten entities of five: as many as a list is taken to have.
    expect((await ask(router, { first: 2 })).status).toBe(200);
    expect(books.calls).toHaveLength(1);
    expect(await ask(router, { first: 11 })).toEqual({
      status: 200,
      body: {
        errors: [
          {
            message: "query estimated cost 61 exceeded configured maximum 60",
            extensions: { "cost.estimated": 61, "cost.max": 60, code: "COST_ESTIMATED_TOO_EXPENSIVE" },
          },
        ],
      },
    });
    expect([books.calls.length, stock.calls.length]).toEqual([1, 1]);
    const text = await metricsOf(router);
    expect(text).toMatch(/demand_control_total\{[^}]*demand_control_result="COST_OK"[^}]*\} 1/);
    expect(text).toMatch(/demand_control_total\{[^}]*"COST_ESTIMATED_TOO_EXPENSIVE"[^}]*\} 1/);
  });

  test("only measured, all is answered and told", async () => {
    await using router = await start("measure", "list_size: 10, max: 1");
    for (let round = 0; round < 6; round++) {
      const { body } = await ask(router, { first: 3 });
      expect(body).toMatchObject({ data: { books: [{ left: 1 }, { left: 1 }, { left: 1 }] } });
    }
    const text = await metricsOf(router);
    // Three books, and three entities of one and four each; the same whether the answers were found unchanged.
    expect(text).toMatch(/^cost_actual_sum\{[^}]*\} 108$/m);
    expect(text).toMatch(/^cost_estimated_sum\{[^}]*cost_result="COST_ESTIMATED_TOO_EXPENSIVE"[^}]*\} 318$/m);
    expect(text).toMatch(/^cost_estimated_sum\{[^}]*graphql_operation_name="Shelf"[^}]*\} 318$/m);
    expect(text).toMatch(/^cost_delta_sum\{[^}]*\} 210$/m);
    expect(text).toMatch(/^mine_sum\{[^}]*\} 108$/m);
  });

  test("a subgraph may have its own limit: then it is not asked, and the rest is answered", async () => {
    await using router = await start(
      "enforce",
      "list_size: 10, max: 1000, subgraph: { all: { max: 100 }, subgraphs: { stock: { list_size: 3, max: 14 } } }",
    );
    const { body } = await ask(router, { first: 2 });
    expect(body).toMatchObject({
      data: {
        books: [
          { title: "Book 0", left: null },
          { title: "Book 1", left: null },
        ],
      },
      errors: [0, 1].map((index) => ({
        message: "query estimated cost 15 exceeded configured maximum 14 for subgraph stock",
        path: ["books", index],
        extensions: { code: "SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE", "cost.subgraph": "stock" },
      })),
    });
    expect([books.calls.length, stock.calls.length]).toEqual([1, 0]);
  });

  test("by the answer's shape, what only the router needed costs nothing", async () => {
    await using router = await start("measure", "list_size: 10, max: 1, actual_cost_mode: by_response_shape");
    for (let round = 0; round < 5; round++) await ask(router, { first: 3 });
    expect(await metricsOf(router)).toMatch(/^cost_actual_sum\{[^}]*\} 75$/m);
  });

  test("a rate limit may weigh operations by their cost", async () => {
    const limit =
      "plugins: { mycelium.rate_limit: { rules: [{ name: cost, limit: 130, per: hour, weight: cost }] } }";
    await using router = await start("enforce", "list_size: 10, max: 100", limit);
    // Each costs 52.
    const outcomes = [];
    for (let round = 0; round < 3; round++) outcomes.push((await ask(router, { first: 2 })).status);
    expect(outcomes).toEqual([200, 200, 429]);
    expect(books.calls).toHaveLength(2);
  });
});
