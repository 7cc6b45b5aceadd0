import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { createContextVerifier, readKeySet } from "@mycelium/signed-context";
import { Market, priceQuery, until } from "./support/market.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerUsers, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { bearer, TokenIssuer } from "./support/token-issuer.ts";

const shop = openShop();
const issuer = await TokenIssuer.open();
const executable = join(import.meta.dir, "../../router/bin/router");
const keys = (...ids: string[]) =>
  `[${ids.map((id) => `{ id: ${id}, secret: "${id}-0123456789abcdef0123456789abcdef" }`).join(", ")}]`;
const yamlWith = (keyList: string) => `
authentication: { router: { jwt: { jwks: [{ url: "${issuer.url}" }] } } }
plugins: { mycelium.context: { keys: ${keyList} } }
traffic_shaping: { all: { deduplicate_query: true } }
headers:
  all:
    request:
      - propagate: { matching: "mycelium-.*" }
      - propagate: { named: x-smuggled, rename: mycelium-context }
      - insert: { name: mycelium-context, value: inserted }`;

let router: RouterProcess;
beforeAll(async () => {
  router = await startRouter({ supergraph: shop.supergraph, yaml: yamlWith(keys("k1")) });
});
afterEach(() => shop.reset());
afterAll(async () => {
  await router[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

/** As a subgraph does that was given the keys which the command prints for it. */
function verifierFor(subgraph: string, of = router) {
  const { stdout, stderr } = Bun.spawnSync([
    executable,
    "keys",
    "context",
    "--subgraph",
    subgraph,
    "-c",
    of.configPath,
  ]);
  expect(stderr.toString()).toBe("");
  return createContextVerifier({ audience: subgraph, keys: readKeySet(stdout.toString()) });
}

const contextOf = (calls: { headers: Headers }[]) => calls.at(-1)?.headers.get("mycelium-context") ?? "";
const claims = { sub: "ada", tenant_id: "t1", roles: ["ADMIN"], scope: "read write" };
const ask = (headers: Record<string, string>) => router.query(meQuery, { headers });

test("each subgraph is told who asks, and can believe it", async () => {
  const headers = { ...bearer(await issuer.sign(claims)), "x-request-id": "request-1" };
  expect(await ask(headers)).toEqual(meAnswer);
  const expected = {
    kind: "verified",
    context: {
      user: "ada",
      tenant: "t1",
      roles: ["ADMIN"],
      scopes: ["read", "write"],
      requestId: "request-1",
    },
  };
  expect(verifierFor("users")(contextOf(shop.users.calls))).toEqual(expected as never);
  expect(verifierFor("reviews")(contextOf(shop.reviews.calls))).toEqual(expected as never);
  expect(verifierFor("reviews")(contextOf(shop.users.calls)).kind).toBe("refused");
});

test("nobody is told to be nobody", async () => {
  await ask({});
  expect(verifierFor("users")(contextOf(shop.users.calls))).toMatchObject({
    kind: "verified",
    context: { user: undefined, tenant: undefined, roles: [], scopes: [] },
  });
});

test("a client's own context never gets through, whatever header rules do", async () => {
  await ask(bearer(await issuer.sign(claims)));
  const stolen = contextOf(shop.users.calls);
  shop.reset();
  for (const headers of [
    { "mycelium-context": stolen },
    { "Mycelium-Context": "forged" },
    { "x-smuggled": stolen },
    { "mycelium-context": `${stolen}, ${stolen}` },
  ]) {
    await ask(headers);
    const context = contextOf(shop.users.calls);
    expect(verifierFor("users")(context)).toMatchObject({ kind: "verified", context: { user: undefined } });
  }
});

test("equal questions of one caller are one, of two never, not even with fewer scopes", async () => {
  const waiting: (() => void)[] = [];
  const askAll = async (headers: Record<string, string>[]) => {
    shop.users.reset(async (call) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return answerUsers(call);
    });
    const answers = headers.map((each) => ask(each));
    // All of them are under way before the first one is answered.
    await Promise.race([Bun.sleep(300), ...answers]);
    for (const go of waiting.splice(0)) go();
    const late = setInterval(() => {
      for (const go of waiting.splice(0)) go();
    }, 5);
    expect(await Promise.all(answers)).toEqual(headers.map(() => meAnswer));
    clearInterval(late);
    return shop.users.calls.length;
  };
  const ada = bearer(await issuer.sign(claims));
  const renewed = bearer(await issuer.sign({ ...claims, jti: "2" }));
  const bob = bearer(await issuer.sign({ ...claims, sub: "bob" }));
  const elsewhere = bearer(await issuer.sign({ ...claims, tenant_id: "t2" }));
  const lesser = bearer(await issuer.sign({ ...claims, scope: "read" }));
  const others = [ada, bob, elsewhere, lesser, {}];
  expect(await askAll(others)).toBe(others.length);
  const users = shop.users.calls.map(({ headers }) => verifierFor("users")(headers.get("mycelium-context")!));
  expect(new Set(users.map((verdict) => JSON.stringify(verdict))).size).toBe(others.length);
  // A token that was renewed is the same caller's. On a busy machine some may come too late to share.
  expect(await askAll(Array.from({ length: 10 }, (_, index) => (index % 2 ? ada : renewed)))).toBeLessThan(
    10,
  );
});

test("keys rotate without a restart", async () => {
  await using rotating = await startRouter({ supergraph: shop.supergraph, yaml: yamlWith(keys("k1")) });
  const before = verifierFor("users", rotating);
  rotating.writeConfig(yamlWith(keys("k2", "k1")));
  const during = verifierFor("users", rotating);
  rotating.signal("SIGHUP");
  await rotating.logged("reloaded");
  await rotating.query(meQuery);
  const context = contextOf(shop.users.calls);
  expect(before(context).kind).toBe("refused");
  expect(during(context).kind).toBe("verified");
});

test("a subscription is told who asks, and is shared with nobody else even where callers are to be ignored", async () => {
  await using market = new Market();
  await using streaming = await startRouter({
    supergraph: market.supergraph,
    yaml: `${yamlWith(keys("k1"))}
subscription:
  enabled: true
  mode: { passthrough: { all: { protocol: graphql_ws } } }
  deduplication: { all: { ignore_auth_context: true } }`,
  });
  const stopped = new AbortController();
  const subscribe = (headers: Record<string, string>) =>
    fetch(streaming.url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query: priceQuery }),
      signal: stopped.signal,
    }).catch(() => {});
  const verify = verifierFor("prices", streaming);
  const forged = { "mycelium-context": "forged" };
  const users = ["ada", "bob"];
  for (const sub of users) void subscribe({ ...forged, ...bearer(await issuer.sign({ ...claims, sub })) });
  await until(() => market.prices.opened.length === 2, "both subscriptions");
  const told = market.prices.opened.map(({ headers }) => verify(headers.get("mycelium-context") ?? ""));
  expect(told.map((verdict) => verdict.kind === "verified" && verdict.context.user).sort()).toEqual(users);
  stopped.abort();
});
