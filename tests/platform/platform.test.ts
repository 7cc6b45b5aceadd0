import { describe, expect, test } from "bun:test";
import { platformUnderTest } from "./platform-under-test.ts";

const under = platformUnderTest();
const ask = (query: string, bearer?: string) => under.ask(query, bearer === undefined ? {} : { bearer });
const token = under.token.bind(under);

describe("the platform in one process", () => {
  test("answers a person of the demo tenant from two subgraphs, without a socket between", async () => {
    const query = "{ tenant { name } toast { orders { total guest { name } items { name } } } }";
    const { data, errors } = await ask(query, await token());
    expect(errors).toBeUndefined();
    expect(data.tenant).toEqual({ name: "Vino Voyage" });
    expect(data.toast.orders.map((order: { guest: { name: string } }) => order.guest.name).sort()).toEqual([
      "Ada Lovelace",
      "Alan Turing",
      "Grace Hopper",
    ]);
  });

  test("a mutation reaches the till, and what it did is read back", async () => {
    const bearer = await token();
    const { data } = await ask("{ toast { orders(limit: 1) { id } } }", bearer);
    const [{ id }] = data.toast.orders;
    const closed = await ask(`mutation { closeOrder(id: "${id}", tip: 5) { status tip } }`, bearer);
    expect(closed.data.closeOrder).toEqual({ status: "CLOSED", tip: 5 });
    const paid = await ask(
      `mutation { recordOrderPayment(id: "${id}", paymentId: "pi_t") { status } }`,
      bearer,
    );
    expect(paid.data.recordOrderPayment).toEqual({ status: "PAID" });
  });

  test("nobody is let in without a token or with a forged one; another tenant's is refused", async () => {
    const unknown = { status: 401, errors: [{ extensions: { code: "AUTH_ERROR" } }] };
    expect(await ask("{ tenant { name } }")).toMatchObject(unknown);
    const forged = `${(await token()).split(".").slice(0, 2).join(".")}.${"A".repeat(86)}`;
    expect(await ask("{ tenant { name } }", forged)).toMatchObject(unknown);
    const other = await ask("{ tenant { name } toast { orders { id } } }", await token({ tenant: "other" }));
    expect(other.data).toEqual({ tenant: null, toast: { orders: [] } });
    expect(other.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  test("a subgraph that is reached directly refuses, whatever the caller says of itself", async () => {
    const response = await under.platform.subgraphs.orders.app.request("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", "mycelium-context": "x.y.z", "x-tenant": "vinovoyage" },
      body: JSON.stringify({ query: "{ toast { orders { id } } }" }),
    });
    expect(await response.text()).toContain("CONTEXT_REQUIRED");
  });

  test("the edge gives public keys and takes webhooks, and nothing else", async () => {
    const keys = await (await fetch(`${under.platform.edgeUrl}/.well-known/jwks.json`)).text();
    expect(keys).toContain('"alg":"EdDSA"');
    expect(keys).not.toContain('"d"');
    const webhook = await fetch(`${under.platform.edgeUrl}/webhooks/toast/vinovoyage`, {
      method: "POST",
      body: "{}",
    });
    expect(webhook.status).toBe(401);
    expect((await fetch(`${under.platform.edgeUrl}/graphql`, { method: "POST" })).status).toBe(404);
  });
});
