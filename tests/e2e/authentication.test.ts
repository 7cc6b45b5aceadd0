import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RawConnection, writePost } from "./support/raw-connection.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { meAnswer, meQuery, openShop } from "./support/shop.ts";
import { bearer, TokenIssuer } from "./support/token-issuer.ts";

const shop = openShop();
const issuer = await TokenIssuer.open();
const rsaIssuer = await TokenIssuer.open("RS256");
let router: RouterProcess;

const headers = `
headers:
  all:
    request:
      - insert: { name: x-claims, from_context: "apollo::authentication::jwt_claims" }
      - insert: { name: x-status, from_context: "apollo::authentication::jwt_status" }
      - propagate: { matching: "^x-client-.*" }`;

beforeAll(async () => {
  router = await startRouter({
    supergraph: shop.supergraph,
    yaml: `
authentication:
  router:
    jwt:
      jwks:
        - url: ${issuer.url}
          issuers: [https://a.example, https://b.example]
          audiences: [shop]
          algorithms: [ES256]
          headers: [{ name: x-jwks, value: please }]
        - url: ${rsaIssuer.url}
          algorithms: [RS256, HS256]
      sources: [{ type: cookie, name: session }, { type: header, name: x-token, value_prefix: "" }]
authorization: { require_authentication: true }
telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0, path: /metrics } } } }
${headers}`,
  });
});
afterEach(() => shop.reset());
afterAll(async () => {
  await router[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await rsaIssuer[Symbol.asyncDispose]();
});

const good = { sub: "ada", iss: "https://a.example", aud: "shop" };
const nowSeconds = () => Math.floor(Date.now() / 1_000);

async function ask(headers: Record<string, string>, to = router) {
  const response = await to.post(meQuery, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function refusal(status: number, message: string) {
  return { status, body: { errors: [{ message, extensions: { code: "AUTH_ERROR" } }] } };
}

function compact(header: unknown, claims: unknown, signature = "AAAA"): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.${signature}`;
}

describe("a good token", () => {
  test("is answered, and its claims are known to header rules", async () => {
    const token = await issuer.sign(good);
    for (let again = 0; again < 3; again++) {
      expect(await ask(bearer(token))).toEqual({ status: 200, body: meAnswer });
    }
    const [call] = shop.users.calls;
    expect(JSON.parse(call!.headers.get("x-claims")!)).toMatchObject(good);
    expect(JSON.parse(call!.headers.get("x-status")!)).toEqual({
      Success: { type: "header", name: "authorization" },
    });
    expect(issuer.lastHeaders.get("x-jwks")).toBe("please");
  });

  test.each([
    ["a cookie", async (token: string) => ({ cookie: `a=b; session=${token}; c=d` })],
    ["a header of its own without a prefix", async (token: string) => ({ "x-token": token })],
    ["a prefix in other letters", async (token: string) => ({ authorization: `bEARER ${token}` })],
  ])("may be in %s", async (_place, place) => {
    expect(await ask(await place(await issuer.sign(good)))).toEqual({ status: 200, body: meAnswer });
  });

  test("may be signed with RSA, and name one of several audiences", async () => {
    expect((await ask(bearer(await rsaIssuer.sign({ sub: "bob" })))).status).toBe(200);
    expect((await ask(bearer(await issuer.sign({ ...good, aud: ["x", "shop"] })))).status).toBe(200);
  });

  test("is believed for a minute after its end, as clocks may be apart", async () => {
    expect((await ask(bearer(await issuer.sign({ ...good, exp: nowSeconds() - 30 })))).status).toBe(200);
    expect((await ask(bearer(await issuer.sign({ ...good, nbf: nowSeconds() + 30 })))).status).toBe(200);
  });
});

describe("refused, with nothing sent to a subgraph:", () => {
  afterEach(() => expect([...shop.users.calls, ...shop.reviews.calls]).toEqual([]));

  const expected = (message: string) => refusal(401, `Cannot decode JWT: ${message}`);
  const head = (message: string) => refusal(400, `'(truncated)' is not a valid JWT header: ${message}`);
  const algorithms =
    "`HS256`, `HS384`, `HS512`, `ES256`, `ES384`, `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `EdDSA`";

  const cases: Record<string, [() => Promise<string> | string, ReturnType<typeof refusal>]> = {
    "an expired token": [
      () => issuer.sign({ ...good, exp: nowSeconds() - 120 }),
      expected("ExpiredSignature"),
    ],
    "a token of tomorrow": [
      () => issuer.sign({ ...good, nbf: nowSeconds() + 86_400 }),
      expected("ImmatureSignature"),
    ],
    "an end that is no time": [
      () => issuer.sign({ ...good, exp: "never" as unknown as number }),
      expected("Missing required claim: exp"),
    ],
    "a beginning that is no time": [
      () => issuer.sign({ ...good, nbf: "now" as unknown as number }),
      expected("Invalid format for claim: nbf"),
    ],
    "a foreign issuer": [
      () => issuer.sign({ ...good, iss: "https://evil.example" }),
      refusal(
        500,
        "Invalid issuer: the token's `iss` was 'https://evil.example', but signed with a key from JWKS configured to only accept from 'https://a.example, https://b.example'",
      ),
    ],
    "a foreign audience": [
      () => issuer.sign({ ...good, aud: "bank" }),
      refusal(401, "Invalid audience: the token's `aud` was 'bank', but 'shop' was expected"),
    ],
    "no audience": [
      () => issuer.sign({ sub: "ada", iss: "https://a.example" }),
      refusal(401, "Invalid audience: the token's `aud` was '<none>', but 'shop' was expected"),
    ],
    "other claims under a signature": [
      async () => {
        const [header, , signature] = (await issuer.sign(good)).split(".");
        const claims = { ...good, sub: "root", exp: nowSeconds() + 900 };
        return `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
      },
      expected("InvalidSignature"),
    ],
    "a signature that is cut off": [
      async () => (await issuer.sign(good)).slice(0, -20),
      expected("InvalidSignature"),
    ],
    "alg:none": [
      () => compact({ alg: "none", typ: "JWT" }, good, ""),
      head(`JSON error: unknown variant \`none\`, expected one of ${algorithms} at line 1 column 13`),
    ],
    "alg:None": [
      () => compact({ alg: "None" }, good),
      head(`JSON error: unknown variant \`None\`, expected one of ${algorithms} at line 1 column 13`),
    ],
    "a public RSA key used as a secret": [
      () => {
        const [jwk] = rsaIssuer.published;
        const text = compact({ alg: "HS256", kid: jwk!.kid }, { sub: "root", exp: nowSeconds() + 900 }, "");
        const secret = JSON.stringify(jwk);
        return text + createHmac("sha256", secret).update(text.slice(0, -1)).digest("base64url");
      },
      refusal(401, `Cannot find kid: '"key-1"' in JWKS list`),
    ],
    "an algorithm that the configuration does not list": [
      () => compact({ alg: "ES384" }, good),
      refusal(401, "Cannot find a suitable key for: alg: 'ES384', kid: 'None' in JWKS list"),
    ],
    "a key id that is a path": [
      () => compact({ alg: "HS256", kid: "../../../../dev/null" }, good),
      refusal(401, `Cannot find kid: '"../../../../dev/null"' in JWKS list`),
    ],
    "a key id with quotes and line breaks": [
      () => compact({ alg: "HS256", kid: "'\r\nx: y" }, good),
      refusal(401, `Cannot find kid: '"'\\r\\nx: y"' in JWKS list`),
    ],
    "a key that the token brings along": [
      () => compact({ alg: "ES256", jwk: { kty: "oct", k: "AAAA" }, jku: "http://127.0.0.1:1/" }, good),
      expected("InvalidSignature"),
    ],
    "a key id that is no text": [
      () => compact({ alg: "ES256", kid: { $ne: null } }, good),
      head("JSON error: invalid type for `kid`, expected a string at line 1 column 34"),
    ],
    "a header that is no JSON": [
      () => "bm90.anNvbg.x",
      head("JSON error: expected value at line 1 column 1"),
    ],
    "no token at all": [() => "garbage", head("InvalidToken")],
    "four parts": [() => "a.b.c.d", head("Base64 error: Invalid symbol 46, offset 1.")],
  };

  test.each(Object.keys(cases))("%s", async (name) => {
    const [token, answer] = cases[name]!;
    expect(await ask(bearer(await token()))).toEqual(answer);
  });

  test.each([
    [
      "another scheme",
      { authorization: "Basic YTpi" },
      "Value of 'authorization' JWT header should be prefixed with 'Bearer'",
    ],
    [
      "only the prefix",
      { authorization: "Bearer" },
      "Value of 'authorization' JWT header has only 'Bearer' prefix but no JWT token",
    ],
    [
      "letters that no header has",
      { authorization: "Bearer \u00e4" },
      "Configured header is not convertible to a string",
    ],
    [
      "a prefix where there is none",
      { "x-token": "a b" },
      "Value of 'x-token' JWT header should be prefixed with ''",
    ],
  ])("%s", async (_name, headers, message) => {
    expect(await ask(headers)).toEqual(refusal(400, message));
  });

  test("nobody, where everybody has to say who they are", async () => {
    expect(await ask({})).toEqual(refusal(401, "unauthenticated"));
  });

  test("two tokens in one request", async () => {
    const token = await issuer.sign(good);
    using connection = new RawConnection(router.port);
    await connection.opened;
    const twice = `authorization: Bearer ${token}\r\n`.repeat(2);
    connection.send(writePost(JSON.stringify({ query: meQuery }), twice));
    await connection.receives("HTTP/1.1 400");
    await connection.receives("AUTH_ERROR");
  });

  test("a token of a megabyte", async () => {
    using connection = new RawConnection(router.port);
    await connection.opened;
    connection.send(writePost("{}", `authorization: Bearer ${"a".repeat(1_000_000)}\r\n`));
    await Promise.race([connection.receives("HTTP/1.1 431"), connection.closed]);
  });
});

test("claims reach a subgraph's headers without beginning headers of their own", async () => {
  const token = await issuer.sign({ ...good, name: "a\r\nx-injected: 1" });
  expect((await ask(bearer(token))).status).toBe(200);
  const { headers } = shop.users.calls[0]!;
  expect(headers.has("x-injected")).toBe(false);
  expect(JSON.parse(headers.get("x-claims")!).name).toBe("a\r\nx-injected: 1");
});

test("requests with tokens are counted, apart by outcome", async () => {
  await ask(bearer(await issuer.sign(good)));
  await ask(bearer("garbage"));
  const metrics = await (await fetch(router.metricsUrl)).text();
  for (const failed of ["true", "false"]) {
    expect(metrics).toMatch(
      new RegExp(
        `apollo_router_operations_authentication_jwt_total{.*authentication_jwt_failed="${failed}".*} [1-9]`,
      ),
    );
  }
});

test("with on_error: Continue a bad token is nobody's, and the context says why", async () => {
  const yaml = `authentication: { router: { jwt: { jwks: [{ url: "${issuer.url}" }], on_error: Continue } } }${headers}`;
  await using lenient = await startRouter({ supergraph: shop.supergraph, yaml });
  expect(await ask(bearer("garbage"), lenient)).toEqual({ status: 200, body: meAnswer });
  const [call] = shop.users.calls;
  expect(call!.headers.has("x-claims")).toBe(false);
  expect(JSON.parse(call!.headers.get("x-status")!)).toEqual({
    Failure: {
      type: "header",
      name: "authorization",
      error: {
        message: "'(truncated)' is not a valid JWT header: InvalidToken",
        code: "INVALID_HEADER",
        reason: "INVALID_TOKEN",
      },
    },
  });
});

test("ignore_other_prefixes passes another scheme by, and tokens without an end may be allowed", async () => {
  const yaml = `authentication: { router: { jwt: { ignore_other_prefixes: true, jwks: [{ url: "${issuer.url}", allow_missing_exp: true }] } } }${headers}`;
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  expect((await ask({ authorization: "Basic YTpi" }, router)).status).toBe(200);
  const endless = await issuer.sign({ sub: "robot" }, { isEndless: true });
  expect((await ask(bearer(endless), router)).status).toBe(200);
  expect(JSON.parse(shop.users.calls.at(-1)!.headers.get("x-claims")!)).toEqual({ sub: "robot" });
  expect(router.messages.join()).toContain("allow_missing_exp is on");
});

test("keys in a file rotate, and a file that is broken leaves the last good keys", async () => {
  await using own = await TokenIssuer.open();
  await using router = await startRouter({ supergraph: shop.supergraph });
  const path = join(router.folder, "jwks.json");
  const write = () => writeFileSync(path, JSON.stringify({ keys: own.published }));
  write();
  router.writeConfig(
    `authentication: { router: { jwt: { jwks: [{ url: "file://${path}", poll_interval: 50ms }] } } }`,
  );
  router.signal("SIGHUP");
  await router.logged("reloaded");
  const first = await own.sign({ sub: "ada" });
  expect((await ask(bearer(first), router)).status).toBe(200);

  writeFileSync(path, "{");
  await router.logged("it is not a JSON Web Key Set", 2);
  expect((await ask(bearer(first), router)).status).toBe(200);

  await own.rotate("key-2");
  write();
  const second = await own.sign({ sub: "ada" });
  const deadlineMs = Date.now() + 10_000;
  while ((await ask(bearer(second), router)).status !== 200) expect(Date.now()).toBeLessThan(deadlineMs);
  // What the old key signed was remembered, and is forgotten with it.
  expect((await ask(bearer(first), router)).status).toBe(401);
});

test("a reload while nobody can read the keys goes on with those of before", async () => {
  await using own = await TokenIssuer.open();
  const yaml = `authentication: { router: { jwt: { jwks: [{ url: "${own.url}" }] } } }`;
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  const token = await own.sign({ sub: "ada" });
  own.outage = () => new Response("", { status: 503 });
  router.writeConfig(`${yaml}\nhomepage: { enabled: false }`);
  router.signal("SIGHUP");
  await router.logged("reloaded");
  expect((await ask(bearer(token), router)).status).toBe(200);
});
