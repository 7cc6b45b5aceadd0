import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import type { CallerContext } from "./caller-context.ts";
import { type ContextKey, deriveContextKey, readKeySet, toKeySet } from "./context-key.ts";
import { signContext } from "./sign-context.ts";
import { createContextVerifier } from "./verify-context.ts";

const secret = "0123456789abcdef0123456789abcdef";
const key = deriveContextKey({ id: "k1", secret }, "orders");
const nowSeconds = 1_800_000_000;
const context: CallerContext = {
  user: "ada",
  tenant: "t1",
  roles: ["ADMIN"],
  scopes: ["read", "write"],
  requestId: "r1",
};
const sign = (overrides: Partial<Parameters<typeof signContext>[1]> = {}, of = context) =>
  signContext(of, { key, audience: "orders", issuedAtSeconds: nowSeconds, lifeSeconds: 30, ...overrides });
const verifier = (keys: readonly ContextKey[] = [key], audience = "orders") =>
  createContextVerifier({ audience, keys, nowMs: () => nowSeconds * 1_000 });
const verify = verifier();

test("what was signed is what is verified", () => {
  expect(verify(sign())).toEqual({ kind: "verified", context });
  const nobody: CallerContext = {
    user: undefined,
    tenant: undefined,
    roles: [],
    scopes: [],
    requestId: "r2",
  };
  expect(verify(sign({}, nobody))).toEqual({ kind: "verified", context: nobody });
});

describe("refused is", () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const [head = "", payload = "", signature = ""] = sign().split(".");
  const forge = (head: unknown, claims: unknown) => {
    const text = `${part(head)}.${part(claims)}`;
    return `${text}.${createHmac("sha256", key.secret).update(text).digest("base64url")}`;
  };
  const goodHead = { alg: "HS256", typ: "mycelium-context+jwt", kid: "k1" };
  const goodClaims = JSON.parse(Buffer.from(payload, "base64url").toString());

  test.each<[string, string, string]>([
    ["an old one", sign({ issuedAtSeconds: nowSeconds - 40 }), "it has expired"],
    ["one of the future", sign({ issuedAtSeconds: nowSeconds + 10 }), "it is of the future"],
    ["one for another subgraph", sign({ audience: "users" }), "it is for another subgraph"],
    [
      "another subgraph's key",
      sign({ key: deriveContextKey({ id: "k1", secret }, "users") }),
      "its signature is wrong",
    ],
    ["an unknown key", sign({ key: { ...key, id: "k2" } }), "it is not signed with a key of this subgraph"],
    [
      "other claims",
      `${head}.${part({ ...goodClaims, tenant: "t2" })}.${signature}`,
      "its signature is wrong",
    ],
    ["no signature", `${head}.${payload}.`, "it is no compact JWS"],
    ["a shortened signature", `${head}.${payload}.${signature.slice(0, 20)}`, "its signature is wrong"],
    [
      "alg: none",
      `${part({ ...goodHead, alg: "none" })}.${payload}.x`,
      "it is not signed with a key of this subgraph",
    ],
    [
      "another type of token",
      forge({ ...goodHead, typ: "JWT" }, goodClaims),
      "it is not signed with a key of this subgraph",
    ],
    [
      "what must be understood",
      forge({ ...goodHead, crit: ["x"] }, goodClaims),
      "it is not signed with a key of this subgraph",
    ],
    ["another issuer", forge(goodHead, { ...goodClaims, iss: "x" }), "it is of another issuer"],
    ["roles that are no texts", forge(goodHead, { ...goodClaims, roles: [1] }), "its claims are wrong"],
    [
      "no JSON",
      forge(goodHead, "x").replace(/^[^.]+/, "e30"),
      "it is not signed with a key of this subgraph",
    ],
    ["a megabyte", "a".repeat(1_000_000), "it is too long"],
    ["nothing", "", "it is no compact JWS"],
  ])("%s", (_name, token, reason) => {
    expect(verify(token)).toEqual({ kind: "refused", reason });
  });
});

test("keys rotate: both are known while routers change over", () => {
  const next = deriveContextKey({ id: "k2", secret: `${secret}!` }, "orders");
  const both = verifier([next, key]);
  expect(both(sign()).kind).toBe("verified");
  expect(both(sign({ key: next })).kind).toBe("verified");
  expect(verifier([next])(sign()).kind).toBe("refused");
});

test("a key set survives being written down", () => {
  const [read] = readKeySet(JSON.stringify(toKeySet([key])));
  expect(verifier([read!])(sign()).kind).toBe("verified");
});

test.each([
  "{}",
  '{"keys":[]}',
  '{"keys":[{"kty":"RSA","kid":"a"}]}',
  '{"keys":[{"kty":"oct","kid":"a","k":"c2hvcnQ"}]}',
])("%s is no key set", (text) => {
  expect(() => readKeySet(text)).toThrow();
});

test("a short secret is refused", () => {
  expect(() => deriveContextKey({ id: "a", secret: "short" }, "orders")).toThrow("at least 32 bytes");
});
