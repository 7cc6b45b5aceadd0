import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { findTenantLeaks } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import { ask, askEntities, testCaller, uniqueTenant } from "@mycelium/subgraph-kit/testing";
import { createApp } from "./app.ts";
import { tenants } from "./db/tables.ts";

let host: TestHost;
let platform: ReturnType<typeof createApp>;
const tenantId = uniqueTenant();
const admin = testCaller({ tenantId, roles: ["ADMIN"] });

beforeAll(async () => {
  host = await testHost(["platform"]);
  platform = createApp(host.parts);
  await platform.actAs(admin, (context) =>
    context.transact((tx) => tx.insert(tenants).values({ id: tenantId, name: "Vino Voyage" })),
  );
});
afterAll(() => host.close());

test("no tenant reaches another's rows", async () => {
  const { databaseServer: server } = host;
  const samples = { tenants: { plan: "STANDARD" } };
  expect(await findTenantLeaks({ server, schema: "platform", samples })).toEqual([]);
});

describe("tenant", () => {
  test("is the caller's own", async () => {
    expect((await ask(platform, "{ tenant { id name plan } }", admin)).data).toEqual({
      tenant: { id: tenantId, name: "Vino Voyage", plan: "STANDARD" },
    });
    expect((await ask(platform, "{ tenant { id } }", testCaller({ tenantId: "other" }))).data).toEqual({
      tenant: null,
    });
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
});

describe("renameTenant", () => {
  const query = "mutation ($input: RenameTenantInput!) { renameTenant(input: $input) { name } }";
  const rename = (name: string, caller = admin) =>
    ask(platform, { query, variables: { input: { name } } }, caller);

  test("renames, for an admin alone", async () => {
    expect((await rename("Vino")).data).toEqual({ renameTenant: { name: "Vino" } });
    const { errors } = await rename("Mine", testCaller({ tenantId }));
    expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  test("names the field that is wrong", async () => {
    const { errors } = await rename("  ");
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", field: "name" } });
  });
});
