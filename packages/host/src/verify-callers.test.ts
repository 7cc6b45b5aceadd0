import { describe, expect, test } from "bun:test";
import { contextHeader, deriveContextKey, signContext, toKeySet } from "@mycelium/signed-context";
import { verifyCallersOf } from "./verify-callers.ts";

const secret = "0123456789abcdef0123456789abcdef";
const key = deriveContextKey({ id: "k1", secret }, "orders");
const caller = { user: "ada", tenant: "t1", roles: ["STAFF"], scopes: [], requestId: "r1" };

function headers(context: Parameters<typeof signContext>[0] = caller, audience = "orders"): Headers {
  const issuedAtSeconds = Math.floor(Date.now() / 1_000);
  return new Headers({
    [contextHeader]: signContext(context, { key, audience, issuedAtSeconds, lifeSeconds: 30 }),
  });
}

describe("a subgraph believes", () => {
  test.each([
    ["the router's secret", { CONTEXT_KEY_ID: "k1", CONTEXT_SECRET: secret }],
    ["a key set of its own", { CONTEXT_KEYS: JSON.stringify(toKeySet([key])) }],
  ])("who was signed with %s", async (_, environment) => {
    expect(await verifyCallersOf("orders", environment)(headers())).toMatchObject({
      tenantId: "t1",
      userId: "ada",
    });
  });

  test("nobody without a context, without a tenant, or with one for another subgraph", async () => {
    const verify = verifyCallersOf("orders", { CONTEXT_KEY_ID: "k1", CONTEXT_SECRET: secret });
    expect(await verify(new Headers())).toBeUndefined();
    expect(await verify(headers({ ...caller, tenant: undefined }))).toBeUndefined();
    expect(await verify(headers(caller, "payments"))).toBeUndefined();
  });

  test("nobody in production who is signed with what everybody knows", () => {
    expect(() => verifyCallersOf("orders", { NODE_ENV: "production" })).toThrow(
      "CONTEXT_KEYS or CONTEXT_SECRET",
    );
  });
});
