import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { composeExample, exampleSupergraphPath } from "./compose.ts";
import { startExample } from "./serve.ts";

const post = (query: string) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ query }),
});

describe("the example graph", () => {
  test("has a supergraph that is current (bun example/compose.ts writes it)", () => {
    expect(readFileSync(exampleSupergraphPath, "utf8")).toBe(composeExample());
  });

  test("answers over HTTP, and keeps what reached each subgraph", async () => {
    await using example = startExample({ port: 0 });
    const query =
      '{ _entities(representations: [{ __typename: "Restaurant", id: "1" }]) { ... on Restaurant { name } } }';
    const answer = await fetch(example.urls.restaurants!, post(query));
    expect(await answer.json()).toEqual({ data: { _entities: [{ name: "Da Enzo" }] } });
    expect(example.requests).toMatchObject([{ subgraph: "restaurants", method: "POST", body: { query } }]);
  });

  test("lets a fault answer in a subgraph's place until faults are cleared", async () => {
    await using example = startExample({ port: 0 });
    example.setFault("guests", () => new Response("no", { status: 503 }));
    expect((await fetch(example.urls.guests!, post("{ me { id } }"))).status).toBe(503);
    example.clearFaults();
    expect((await fetch(example.urls.guests!, post("{ me { id } }"))).status).toBe(200);
  });
});
