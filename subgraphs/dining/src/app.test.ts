import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { findTenantLeaks } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import { ask, askEntities, testCaller } from "@mycelium/subgraph-kit/testing";
import { createApp } from "./app.ts";
import { segmentOf } from "./guest/segment.ts";
import { creditOnce } from "./loyalty/credit.ts";

let host: TestHost;
let dining: ReturnType<typeof createApp>;
const staff = testCaller({ tenantId: "dining-alone", roles: ["STAFF"] });

beforeAll(async () => {
  host = await testHost(["dining"]);
  dining = createApp(host.parts);
});
afterAll(() => host.close());

describe("dining", () => {
  test("no tenant reaches another's rows", async () => {
    const samples = { dinners: { state: "RUNNING" } };
    expect(await findTenantLeaks({ server: host.databaseServer, schema: "dining", samples })).toEqual([]);
  });

  test("an order earns once, and a guest is found by e-mail or phone", async () => {
    const credit = (orderId: string, guestKey: string) =>
      dining.actAs(staff, (context) => creditOnce(context, { orderId, guestKey, points: 10 }));
    await Promise.all([
      credit("o1", "ada@example.com"),
      credit("o1", "ada@example.com"),
      credit("o2", "ada@example.com"),
    ]);
    await credit("o3", "+15550001111");
    const select = "... on Guest { loyaltyPoints }";
    const representations = [{ email: "ADA@example.com" }, { phone: "+15550001111" }, { email: null }].map(
      (key) => ({
        __typename: "Guest",
        ...key,
      }),
    );
    host.statements.length = 0;
    const { data } = await askEntities(dining, { representations, select }, staff);
    expect(data._entities.map(({ loyaltyPoints }: { loyaltyPoints: number }) => loyaltyPoints)).toEqual([
      20, 10, 0,
    ]);
    expect(host.statements).toHaveLength(1);
  });

  test("with nobody to ask, a dinner waits and says why; the guest is told what is missing", async () => {
    const query = `mutation { completeDinnerService(orderId: "o9") { order { id } success errors } }`;
    const { data } = await ask(dining, query, staff);
    const errors = ["nobody says where orders is: set ORDERS_URL"];
    expect(data.completeDinnerService).toEqual({ order: null, success: false, errors });
    const unified = await ask(
      dining,
      `{ unifiedGuest(email: "a@example.com") { visitCount missing } }`,
      staff,
    );
    expect(unified.data.unifiedGuest).toEqual({ visitCount: 0, missing: ["orders", "payments", "email"] });
  });

  test.each([
    [`orderId: "o", tip: -1`, "tip: "],
    [`orderId: "o", tip: 1000000`, "tip: "],
    [`orderId: ""`, "orderId: "],
  ])("%s is refused", async (args, reason) => {
    const { errors } = await ask(dining, `mutation { completeDinnerService(${args}) { success } }`, staff);
    expect(errors?.[0]?.message).toStartWith(reason);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  const today = new Date();
  const longAgo = new Date(Date.now() - 91 * 24 * 3_600_000);
  test.each([
    [{ visitCount: 1, lifetimeValue: 50, lastVisit: today }, "NEW"],
    [{ visitCount: 2, lifetimeValue: 50, lastVisit: today }, "OCCASIONAL"],
    [{ visitCount: 5, lifetimeValue: 999, lastVisit: today }, "REGULAR"],
    [{ visitCount: 5, lifetimeValue: 999, lastVisit: longAgo }, "LAPSED"],
    [{ visitCount: 1, lifetimeValue: 1_000, lastVisit: longAgo }, "VIP"],
    [{ visitCount: 1, lifetimeValue: 0, lastVisit: null, subscriptions: 1 }, "VIP"],
  ] as const)("%p is %s", (habits, segment) => {
    expect(segmentOf(habits)).toBe(segment);
  });
});
