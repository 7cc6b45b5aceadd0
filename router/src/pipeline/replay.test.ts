import { describe, expect, test } from "bun:test";
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";
import { configFromYaml } from "../config/router-config.ts";
import type { JsonObject } from "../json.ts";
import { createRouter } from "../router.ts";
import { InProcessTransport } from "../subgraph-client/in-process-transport.ts";

/** Two subgraphs over data that a test may change between requests, and what reached them. */
class Shop {
  names: Record<string, string> = { "1": "Salt", "2": "Moss" };
  stock: Record<string, number> = { "1": 3, "2": 0 };
  ids = ["1", "2"];
  fails = false;
  readonly calls: { subgraph: string; variables: JsonObject }[] = [];
  private readonly router = createRouter({
    supergraphSdl,
    config: configFromYaml("include_subgraph_errors: { all: true }"),
    transportFor: ({ name }) => new InProcessTransport((request) => this.answer(name, request)),
  });

  async ask(query: string, variables: JsonObject = {}): Promise<JsonObject> {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query, variables });
    const response = await this.router.fetch(new Request("http://shop/", { method: "POST", headers, body }));
    return (await response.json()) as JsonObject;
  }

  takeCalls(): string[] {
    return this.calls.splice(0).map(({ subgraph }) => subgraph);
  }

  private async answer(subgraph: string, request: Request): Promise<Response> {
    const { variables } = (await request.json()) as { variables: JsonObject };
    this.calls.push({ subgraph, variables });
    if (subgraph === "stock") return Response.json(this.answerStock(variables));
    return Response.json({ data: { books: this.ids.map((id) => ({ id, name: this.names[id]! })) } });
  }

  private answerStock(variables: JsonObject): JsonObject {
    if (this.fails) return { errors: [{ message: "out of order" }] };
    const asked = Object.values(variables).find(Array.isArray) as { id: string }[];
    return { data: { _entities: asked.map(({ id }) => ({ left: this.stock[id] ?? null })) } };
  }
}

const composed = composeServices(
  [
    [
      "books",
      `type Query { books(for: String): [Book!]! } type Book @key(fields: "id") { id: ID! name: String }`,
    ],
    ["stock", `type Book @key(fields: "id") { id: ID! left: Int }`],
  ].map(([name = "", types = ""]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) ${types}`,
    ),
  })),
);
const supergraphSdl = composed.supergraphSdl ?? "";
const query =
  "query ($for: String, $left: Boolean = true) { books(for: $for) { name left @include(if: $left) } }";

describe("an operation that comes again", () => {
  test("asks every subgraph every time", async () => {
    const shop = new Shop();
    const answers = [];
    for (let round = 0; round < 5; round++) answers.push(await shop.ask(query));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(shop.takeCalls()).toEqual(Array.from({ length: 5 }, () => ["books", "stock"]).flat());
  });

  test("shows a change in the first answer, and asks no subgraph twice for it", async () => {
    const shop = await warmShop();
    shop.ids = ["2"];
    expect(await shop.ask(query)).toEqual({ data: { books: [{ name: "Moss", left: 0 }] } });
    expect(shop.takeCalls()).toEqual(["books", "stock"]);
  });

  test("shows a change in the last answer, and asks no subgraph twice for it", async () => {
    const shop = await warmShop();
    shop.stock = { "1": 2, "2": 9 };
    const books = [
      { name: "Salt", left: 2 },
      { name: "Moss", left: 9 },
    ];
    expect(await shop.ask(query)).toEqual({ data: { books } });
    expect(shop.takeCalls()).toEqual(["books", "stock"]);
  });

  test("sends this request's variables", async () => {
    const shop = await warmShop();
    await shop.ask(query, { for: "Ines" });
    expect(shop.calls[0]?.variables).toEqual({ for: "Ines" });
  });

  test("is not taken for the same where @include stands otherwise", async () => {
    const shop = await warmShop();
    expect(await shop.ask(query, { left: false })).toEqual({
      data: { books: [{ name: "Salt" }, { name: "Moss" }] },
    });
  });

  test("does not remember an answer with errors", async () => {
    const shop = await warmShop();
    shop.fails = true;
    for (let round = 0; round < 3; round++) expect(await shop.ask(query)).toHaveProperty("errors");
    shop.fails = false;
    for (let round = 0; round < 8; round++) expect(await shop.ask(query)).not.toHaveProperty("errors");
  });

  test("answers over a thousand random changes what a router answers that has never seen it", async () => {
    const shop = new Shop();
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let round = 0; round < 1_000; round++) {
      if (random(3) === 0) shop.stock[String(1 + random(2))] = random(3);
      if (random(5) === 0) shop.ids = random(2) === 0 ? ["1", "2"] : ["2"];
      const left = random(4) > 0;
      const books = shop.ids.map((id) => ({ name: shop.names[id]!, ...(left && { left: shop.stock[id]! }) }));
      expect(await shop.ask(query, { left })).toEqual({ data: { books } });
    }
  });
});

async function warmShop(): Promise<Shop> {
  const shop = new Shop();
  for (let round = 0; round < 4; round++) await shop.ask(query);
  shop.takeCalls();
  return shop;
}
