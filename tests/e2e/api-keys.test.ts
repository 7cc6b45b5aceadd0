import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { meAnswer, meQuery, openShop } from "./support/shop.ts";
import { bearer, TokenIssuer } from "./support/token-issuer.ts";

const shop = openShop();
const issuer = await TokenIssuer.open();
const folder = mkdtempSync(join(tmpdir(), "mycelium-keys-"));
const path = join(folder, "keys.jsonl");
const executable = join(import.meta.dir, "../../router/bin/router");

function createKey(...args: string[]): { key: string; line: string } {
  const { stdout, stderr, exitCode } = Bun.spawnSync([executable, "keys", "create", ...args]);
  expect(exitCode).toBe(0);
  return { key: /mk_\S+/.exec(stderr.toString())![0], line: stdout.toString() };
}

/** An endpoint of RFC 7662 that knows some keys. */
const known = new Map<string, Record<string, unknown>>();
let questions: { form: URLSearchParams; headers: Headers }[] = [];
let outage: (() => Response) | undefined;
const endpoint = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const form = new URLSearchParams(await request.text());
    questions.push({ form, headers: request.headers });
    if (outage) return outage();
    const claims = known.get(form.get("token") ?? "");
    return Response.json(claims ? { active: true, ...claims } : { active: false });
  },
});

const headers = `
headers:
  all:
    request:
      - insert: { name: x-claims, from_context: "apollo::authentication::jwt_claims" }`;

const good = createKey(
  "--user",
  "robot",
  "--tenant",
  "t1",
  "--role",
  "A",
  "--role",
  "B",
  "--scope",
  "read",
  "--plan",
  "pro",
);
const other = createKey("--tenant", "t2");
const expired = createKey("--tenant", "t1", "--expires", "2020-01-01");
const lasting = createKey("--tenant", "t1", "--expires", "90d");

let router: RouterProcess;
beforeAll(async () => {
  writeFileSync(path, ["# keys", good.line, other.line, expired.line, lasting.line].join("\n"));
  router = await startRouter({
    supergraph: shop.supergraph,
    yaml: `
authentication: { router: { jwt: { jwks: [{ url: "${issuer.url}" }] } } }
authorization: { require_authentication: true }
plugins: { mycelium.api_keys: { file: "${path}" } }
${headers}`,
  });
});
afterEach(() => {
  shop.reset();
  questions = [];
  outage = undefined;
});
afterAll(async () => {
  await router[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await endpoint.stop(true);
  rmSync(folder, { recursive: true });
});

async function ask(headers: Record<string, string>, to = router) {
  const response = await to.post(meQuery, { headers });
  const { errors } = (await response.json()) as {
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.status, code: errors?.[0]?.extensions.code };
}

const accepted = { status: 200, code: undefined };
const refused = { status: 401, code: "API_KEY_INVALID" };
const claimsSeen = () => JSON.parse(shop.users.calls.at(-1)!.headers.get("x-claims")!);

async function until(headers: Record<string, string>, expected: unknown, to = router): Promise<void> {
  const deadlineMs = Date.now() + 15_000;
  while (!Bun.deepEquals(await ask(headers, to), expected)) {
    expect(Date.now()).toBeLessThan(deadlineMs);
    await Bun.sleep(50);
  }
}

test("the command prints a key, and a line that does not hold it", () => {
  expect(good.key).toMatch(/^mk_[0-9a-f]{16}_[\w-]{43}$/);
  expect(JSON.parse(good.line)).toMatchObject({
    id: good.key.slice(3, 19),
    tenant: "t1",
    roles: ["A", "B"],
    scopes: ["read"],
    plan: "pro",
  });
  expect(good.line).not.toContain(good.key.slice(20));
});

describe("a key of the file", () => {
  test("is accepted, with what was granted to it", async () => {
    expect(await ask({ "x-api-key": good.key })).toEqual(accepted);
    expect(claimsSeen()).toEqual({
      sub: "robot",
      tenant_id: "t1",
      roles: ["A", "B"],
      scope: "read",
      plan: "pro",
    });
    expect(await ask({ "x-api-key": lasting.key })).toEqual(accepted);
  });

  test.each<[string, string]>([
    ["that has expired", expired.key],
    ["with another secret", `${good.key.slice(0, 20)}${"A".repeat(43)}`],
    ["with another's secret", good.key.slice(0, 20) + other.key.slice(20)],
    ["that nobody made", `mk_${"0".repeat(16)}_${"A".repeat(43)}`],
    ["that is its own hash", JSON.parse(good.line).hash],
    ["that is none", "secret"],
    ["that is far too long", "a".repeat(600)],
    ["that is empty", ""],
  ])("%s is refused, and no subgraph hears of it", async (_name, key) => {
    expect(await ask({ "x-api-key": key })).toEqual(refused);
    expect(shop.users.calls).toEqual([]);
  });

  test("sent twice is refused", async () => {
    expect(await ask({ "x-api-key": `${good.key}, ${good.key}` })).toEqual(refused);
  });

  test("that is taken out of it works no longer, and a broken file changes nothing", async () => {
    writeFileSync(path, [good.line, "{ broken"].join("\n"));
    await router.logged("cannot read the API keys, 4 stay: line 3 is none that `router keys create` writes");
    expect(await ask({ "x-api-key": other.key })).toEqual(accepted);
    writeFileSync(path, good.line);
    await until({ "x-api-key": other.key }, refused);
    expect(await ask({ "x-api-key": good.key })).toEqual(accepted);
  });
});

describe("a token and a key", () => {
  const token = (claims: Record<string, unknown>) => issuer.sign({ sub: "ada", ...claims });

  test("of one tenant go together: the token says who it is", async () => {
    const both = { "x-api-key": good.key, ...bearer(await token({ tenant_id: "t1" })) };
    expect(await ask(both)).toEqual(accepted);
    expect(claimsSeen()).toMatchObject({ sub: "ada", tenant_id: "t1" });
  });

  test("of different tenants are refused", async () => {
    const both = { "x-api-key": good.key, ...bearer(await token({ tenant_id: "t2" })) };
    expect(await ask(both)).toEqual({ status: 401, code: "CREDENTIALS_DISAGREE" });
  });

  test("have both to be good", async () => {
    expect(await ask({ "x-api-key": "wrong", ...bearer(await token({})) })).toEqual(refused);
    expect(await ask({ "x-api-key": good.key, ...bearer("garbage") })).toEqual({
      status: 400,
      code: "AUTH_ERROR",
    });
  });
});

describe("with an introspection endpoint", () => {
  let asking: RouterProcess;
  beforeAll(async () => {
    asking = await startRouter({
      supergraph: shop.supergraph,
      yaml: `
plugins:
  mycelium.api_keys:
    header: x-key
    introspection:
      url: ${endpoint.url}
      headers: [{ name: authorization, value: Basic cm91dGVy }]
      ttl: 500ms
      keys_max: 100
authorization: { require_authentication: true }
${headers}`,
    });
  });
  afterAll(() => asking[Symbol.asyncDispose]());

  test("a key is asked about once, by however many requests, and its claims count", async () => {
    known.set("k1", { sub: "robot", tenant_id: "t9", scope: "a b", jti: "id1" });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ "x-key": "k1" }, asking)));
    expect(answers).toEqual(answers.map(() => accepted));
    expect(questions.length).toBeLessThan(5);
    expect(questions[0]!.form.get("token")).toBe("k1");
    expect(questions[0]!.headers.get("authorization")).toBe("Basic cm91dGVy");
    expect(claimsSeen()).toMatchObject({ sub: "robot", tenant_id: "t9", scope: "a b" });
  });

  test("a key that is revoked is refused within the ttl, and one that is new accepted", async () => {
    known.delete("k1");
    await until({ "x-key": "k1" }, refused, asking);
    known.set("k1", { sub: "robot" });
    await until({ "x-key": "k1" }, accepted, asking);
  });

  test("a key that the endpoint calls active after its end is refused", async () => {
    known.set("k2", { sub: "robot", exp: 1_000_000_000 });
    expect(await ask({ "x-key": "k2" }, asking)).toEqual(refused);
  });

  test.each<[string, () => Response]>([
    ["an error", () => new Response("", { status: 500 })],
    ["what is no answer", () => Response.json({ ok: true })],
    ["far too much", () => new Response("x".repeat(100_000))],
  ])("%s is no yes and no no: 503, and asked again", async (_name, answer) => {
    outage = answer;
    const key = { "x-key": `k-${_name.length}` };
    expect(await ask(key, asking)).toEqual({ status: 503, code: "API_KEY_UNVERIFIABLE" });
    expect(shop.users.calls).toEqual([]);
    outage = undefined;
    expect(await ask(key, asking)).toEqual(refused);
  });

  test("what is no key is not asked about", async () => {
    expect(await ask({ "x-key": "a".repeat(600) }, asking)).toEqual(refused);
    expect(await ask({}, asking)).toEqual({ status: 401, code: "AUTH_ERROR" });
    expect(questions).toEqual([]);
  });
});

test("an answer is an answer", async () => {
  expect(await router.query(meQuery, { headers: { "x-api-key": good.key } })).toEqual(meAnswer);
});
