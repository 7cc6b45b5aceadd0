import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { findTenantLeaks } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import { accountFor, type Sandbox, startSandbox } from "@mycelium/sandbox";
import { ask, askEntities, testCaller, uniqueTenant } from "@mycelium/subgraph-kit/testing";
import { createLocalJWKSet, jwtVerify } from "jose";
import { createApp } from "./app.ts";
import { tenants } from "./db/tables.ts";
import { platformTenant } from "./token/signing-keys.ts";

let host: TestHost;
let sandbox: Sandbox;
let platform: ReturnType<typeof createApp>;
const tenantId = uniqueTenant();
const otherId = `${tenantId}-other`;
const account = accountFor(tenantId);
const admin = testCaller({ tenantId, roles: ["ADMIN"] });
const operator = testCaller({ tenantId: platformTenant, roles: ["ADMIN"] });
const introspectionSecret = "an introspection secret of a test";

beforeAll(async () => {
  sandbox = await startSandbox({ accounts: [account] });
  host = await testHost(["platform"]);
  const { url } = sandbox;
  const environment = {
    ...{ TOAST_URL: url, STRIPE_URL: url, TWILIO_URL: url, SENDGRID_URL: url, SES_URL: url },
    SNS_URL: `${url}/sns/`,
    INTROSPECTION_SECRET: introspectionSecret,
  };
  platform = createApp({ ...host.parts, environment });
  await platform.actAs(admin, (context) =>
    context.transact((tx) =>
      tx.insert(tenants).values({ id: tenantId, name: "Vino Voyage", plan: "PREMIUM" }),
    ),
  );
});
afterAll(async () => {
  await host.close();
  await sandbox.close();
});

const mutate = (field: string, input: object, caller = admin) => {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  const select =
    { createApiKey: "key apiKey { id isActive }", createTenant: "id plan" }[field] ??
    "id email role isActive";
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${select} } }`;
  return ask(platform, { query, variables: { input } }, caller);
};

const password = "a long enough password";
let people = 0;

async function person(role = "STAFF") {
  const email = `person${++people}@example.com`;
  const { data, errors } = await mutate("createAccount", { email, name: "Person", role, password });
  expect(errors).toBeUndefined();
  return { email, id: data.createAccount.id as string };
}

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await platform.app.request(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever it has asked for.
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

const signIn = (email: string, more: { password?: string; tenant?: string; address?: string } = {}) => {
  const { address = crypto.randomUUID(), ...given } = more;
  const body = { grant_type: "password", tenant: tenantId, username: email, password, ...given };
  return post("/token", body, { "x-forwarded-for": address });
};
const refresh = (token: string) => post("/token", { grant_type: "refresh_token", refresh_token: token });

async function claimsOf(token: string) {
  const jwks = await (await platform.app.request("/.well-known/jwks.json")).json();
  return (await jwtVerify(token, createLocalJWKSet(jwks as never))).payload;
}

describe("platform", () => {
  test("no tenant reaches another's rows", async () => {
    const { databaseServer: server } = host;
    await person();
    const samples = {
      tenants: { plan: "STANDARD" },
      accounts: { role: "USER" },
      api_keys: { role: "USER" },
    };
    const shared = ["signing_keys"];
    expect(await findTenantLeaks({ server, schema: "platform", samples, shared })).toEqual([]);
  });

  test("the tenant is the caller's own; another's is refused, there or not", async () => {
    expect((await ask(platform, "{ tenant { id name plan } }", admin)).data).toEqual({
      tenant: { id: tenantId, name: "Vino Voyage", plan: "PREMIUM" },
    });
    for (const query of ['{ tenant(id: "another") { id } }', `{ tenant(id: "${otherId}") { id } }`]) {
      expect((await ask(platform, query, admin)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    }
    const stranger = testCaller({ tenantId: "nobody-here" });
    expect((await ask(platform, "{ tenant { id } }", stranger)).errors?.[0]?.extensions.code).toBe(
      "FORBIDDEN",
    );
  });

  test("references are found in one statement, another tenant's not at all", async () => {
    host.statements.length = 0;
    const representations = [tenantId, "other", tenantId].map((id) => ({ __typename: "Tenant", id }));
    const { data } = await askEntities(
      platform,
      { representations, select: "... on Tenant { name }" },
      admin,
    );
    expect(data._entities).toEqual([{ name: "Vino Voyage" }, null, { name: "Vino Voyage" }]);
    expect(host.statements).toHaveLength(1);
  });

  test("the operator makes tenants, nobody else, and each name once", async () => {
    const input = { id: otherId, name: "Other", adminEmail: "Boss@Example.com", adminPassword: password };
    expect((await mutate("createTenant", input)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await mutate("createTenant", input, operator)).data.createTenant).toEqual({
      id: otherId,
      plan: "STANDARD",
    });
    expect((await mutate("createTenant", input, operator)).errors?.[0]?.extensions.code).toBe("CONFLICT");
    expect((await signIn("boss@example.com", { tenant: otherId })).status).toBe(200);
    const wrong = await mutate("createTenant", { ...input, id: "Not A Name" }, operator);
    expect(wrong.errors?.[0]?.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "id" });
  });

  test("renameTenant, for an admin alone, names the field that is wrong", async () => {
    const query = "mutation ($input: RenameTenantInput!) { renameTenant(input: $input) { name } }";
    const rename = (name: string, caller = admin) =>
      ask(platform, { query, variables: { input: { name } } }, caller);
    expect((await rename("Vino Voyage")).data).toEqual({ renameTenant: { name: "Vino Voyage" } });
    expect((await rename("Mine", testCaller({ tenantId }))).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await rename("  ")).errors?.[0]).toMatchObject({
      extensions: { code: "BAD_USER_INPUT", field: "name" },
    });
  });
});

describe("signing in", () => {
  test("gives a token that says who, for which tenant and plan, and whom the platform's keys prove", async () => {
    const { email, id } = await person("ADMIN");
    const { status, body, headers } = await signIn(email.toUpperCase());
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(await claimsOf(body.access_token)).toMatchObject({
      ...{ sub: id, tenant_id: tenantId, roles: ["ADMIN"], plan: "PREMIUM", iss: "mycelium-platform" },
    });
    const me = await ask(platform, "{ me { email role } }", testCaller({ tenantId, userId: id }));
    expect(me.data.me).toEqual({ email, role: "ADMIN" });
  });

  test("says the same whatever is wrong", async () => {
    const { email } = await person();
    const answers = await Promise.all([
      signIn(email, { password: "wrong" }),
      signIn("nobody@example.com"),
      signIn(email, { tenant: otherId }),
      signIn(email, { tenant: "No Such Tenant" }),
    ]);
    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({
      status: 401,
      body: { error: "invalid_grant", code: "WRONG_CREDENTIALS" },
    });
  });

  test("an account is not guessed from many places, nor many from one", async () => {
    const { email } = await person();
    const guesses = await Promise.all(Array.from({ length: 12 }, () => signIn(email, { password: "guess" })));
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(2);
    const refused = guesses.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("a refresh token is good once; used again, it ends the whole sign-in", async () => {
    const { email } = await person();
    const first = (await signIn(email)).body;
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect((await refresh(first.refresh_token)).body.code).toBe("REFRESH_REFUSED");
    expect((await refresh(second.body.refresh_token)).body.code).toBe("REFRESH_REFUSED");
    expect((await refresh("nonsense")).status).toBe(401);
  });

  test("signing out, a new role, a new password and deactivation end it", async () => {
    const { email, id } = await person();
    const out = (await signIn(email)).body.refresh_token;
    expect((await post("/token/revoke", { token: out })).status).toBe(200);
    expect((await refresh(out)).status).toBe(401);

    const before = (await signIn(email)).body.refresh_token;
    const change = `mutation { changePassword(current: "${password}", new: "another long password") }`;
    expect((await ask(platform, change, testCaller({ tenantId, userId: id }))).data.changePassword).toBe(
      true,
    );
    expect((await refresh(before)).status).toBe(401);
    expect((await signIn(email)).status).toBe(401);

    const again = (await signIn(email, { password: "another long password" })).body.refresh_token;
    await ask(platform, `mutation { setAccountRole(id: "${id}", role: ADMIN) { role } }`, admin);
    expect((await refresh(again)).status).toBe(401);
    await ask(platform, `mutation { deactivateAccount(id: "${id}") { isActive } }`, admin);
    expect((await signIn(email, { password: "another long password" })).status).toBe(401);
    const self = await ask(platform, `mutation { deactivateAccount(id: "${id}") { id } }`, {
      ...admin,
      userId: id,
    });
    expect(self.errors?.[0]?.extensions.code).toBe("CONFLICT");
  });

  test.each([
    [{}, "grant_type: "],
    [{ grant_type: "password" }, "tenant: "],
    [{ grant_type: "magic" }, "grant_type: "],
  ])("%p is told what is wrong with it", async (body, reason) => {
    const answer = await post("/token", body);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: "invalid_request", message: expect.stringContaining(reason) },
    });
  });

  test("a key that is rotated still proves what it has signed", async () => {
    const { email } = await person();
    const { access_token: old } = (await signIn(email)).body;
    await platform.actAs(operator, ({ services }) => services.signingKeys.rotate());
    expect(await claimsOf(old)).toMatchObject({ tenant_id: tenantId });
    expect(await claimsOf((await signIn(email)).body.access_token)).toMatchObject({ tenant_id: tenantId });
    const { keys } = (await (await platform.app.request("/.well-known/jwks.json")).json()) as {
      keys: object[];
    };
    expect(keys).toHaveLength(2);
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });
});

describe("API keys", () => {
  const introspect = (token: string, secret = introspectionSecret) =>
    post("/internal/introspect", { token }, { authorization: `Bearer ${secret}` });

  test("are shown once, believed until they are revoked, and nobody but the router may ask", async () => {
    const input = { name: "till", role: "STAFF", scopes: ["orders:read"] };
    const { key, apiKey } = (await mutate("createApiKey", input)).data.createApiKey;
    expect((await introspect(key)).body).toEqual({
      ...{ active: true, sub: `key:${apiKey.id}`, tenant_id: tenantId, roles: ["STAFF"] },
      ...{ scope: "orders:read", plan: "PREMIUM" },
    });
    expect((await introspect(key, "another")).status).toBe(401);
    expect((await introspect(key.replace(tenantId, otherId))).body).toEqual({ active: false });
    await ask(platform, `mutation { revokeApiKey(id: "${apiKey.id}") { isActive } }`, admin);
    expect((await introspect(key)).body).toEqual({ active: false });
    const listed = await ask(platform, "{ tenant { apiKeys { name isActive } } }", admin);
    expect(listed.data.tenant.apiKeys).toContainEqual({ name: "till", isActive: false });
    const over = await mutate("createApiKey", { name: "old", expiresAt: "2020-01-01T00:00:00Z" });
    expect(over.errors?.[0]?.message).toBe("expiresAt: is over already");
  });
});

describe("connectors", () => {
  const set = (connector: string, credentials: object, caller = admin) => {
    const query = `mutation ($credentials: JSON!) { setConnector(connector: ${connector}, credentials: $credentials) { version } }`;
    return ask(platform, { query, variables: { credentials } }, caller);
  };
  const check = async (connector: string) =>
    (await ask(platform, `mutation { testConnector(connector: ${connector}) { works reason } }`, admin)).data
      .testConnector;

  test("are set, tested at the provider, rotated and removed, and what they hold is never shown", async () => {
    expect((await set("STRIPE", account.stripe)).data.setConnector.version).toBe(1);
    expect(await check("STRIPE")).toEqual({ works: true, reason: null });
    expect((await set("STRIPE", { secretKey: "sk_wrong_one" })).data.setConnector.version).toBe(2);
    expect(await check("STRIPE")).toMatchObject({ works: false, reason: expect.any(String) });
    expect(JSON.stringify(await check("STRIPE"))).not.toContain("sk_wrong_one");
    await set("STRIPE", account.stripe);
    await set("TOAST", account.toast);
    await set("TWILIO", account.twilio);
    const smtp = {
      provider: "smtp",
      from: "a@example.com",
      host: "127.0.0.1",
      port: sandbox.smtp.port,
      ...account.smtp,
    };
    await set("EMAIL", smtp);
    for (const connector of ["TOAST", "TWILIO", "EMAIL"]) {
      expect(await check(connector)).toEqual({ works: true, reason: null });
    }
    await set("EMAIL", { ...smtp, password: "wrong" });
    expect((await check("EMAIL")).works).toBe(false);
    const ses = { provider: "ses", from: "a@example.com", ...account.ses };
    await set("EMAIL", ses);
    await set("SNS", account.sns);
    for (const connector of ["EMAIL", "SNS"]) {
      expect(await check(connector)).toEqual({ works: true, reason: null });
    }
    await set("EMAIL", { ...ses, secretAccessKey: "wrong" });
    await set("SNS", { ...account.sns, accessKeyId: "unknown" });
    expect(await check("EMAIL")).toEqual({ works: false, reason: expect.stringContaining("signature") });
    expect(await check("SNS")).toEqual({ works: false, reason: expect.stringContaining("token") });
    const { data } = await ask(platform, "{ tenant { connectors { name version } } }", admin);
    expect(data.tenant.connectors).toContainEqual({ name: "STRIPE", version: 3 });
    await ask(platform, "mutation { removeConnector(connector: STRIPE) }", admin);
    const gone = await ask(platform, "mutation { testConnector(connector: STRIPE) { works } }", admin);
    expect(gone.errors?.[0]?.extensions.code).toBe("CONNECTOR_NOT_CONFIGURED");
    for (const secret of [account.stripe.secretKey, account.toast.clientSecret, account.twilio.authToken]) {
      expect(host.lines.join("")).not.toContain(secret);
    }
  });

  test("credentials that cannot be right are refused by the name of the field alone", async () => {
    const { errors } = await set("TWILIO", { ...account.twilio, fromNumber: "not-a-number-but-secret" });
    expect(errors?.[0]?.message).toStartWith("credentials.fromNumber: ");
    expect(errors?.[0]?.message).not.toContain("not-a-number-but-secret");
    expect((await set("STRIPE", account.stripe, testCaller({ tenantId }))).errors?.[0]?.extensions.code).toBe(
      "FORBIDDEN",
    );
  });

  test("each deed is in the audit log, page by page, and nobody changes it", async () => {
    const page = async (after?: string) => {
      const args = after ? `first: 2, after: "${after}"` : "first: 2";
      const query = `{ tenant { auditLog(${args}) { edges { node { action actor target } } pageInfo { endCursor } } } }`;
      return (await ask(platform, query, admin)).data.tenant.auditLog;
    };
    await set("STRIPE", account.stripe);
    const first = await page();
    expect(first.edges[0].node).toEqual({ action: "connector.set", actor: "user-1", target: "stripe" });
    const second = await page(first.pageInfo.endCursor);
    expect(second.edges[0].node).not.toEqual(first.edges[0].node);
    const change = platform.actAs(admin, (context) =>
      context.transact((tx) => tx.execute("DELETE FROM audit_log")),
    );
    await expect(change).rejects.toThrow();
  });
});
