import { beforeAll, describe, expect, test } from "bun:test";
import { registryUnderTest } from "../test-support/registry-under-test.ts";

const under = registryUnderTest();
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])`;
const schema = `${link}
type Query { order(id: ID!): Order }
type Order @key(fields: "id") { id: ID! total: Float "<b>bold</b>" tip: Float }`;

let cookie = "";
const read = async (path: string, headers: Record<string, string> = { cookie }) => {
  const response = await fetch(`${under.url}${path}`, { headers, redirect: "manual" });
  return { status: response.status, text: await response.text(), location: response.headers.get("location") };
};
const logIn = (key: string) =>
  fetch(`${under.url}/login`, { method: "POST", body: new URLSearchParams({ key }), redirect: "manual" });

beforeAll(async () => {
  await under.publish("orders", schema);
  await under.report({
    ...{ operation: "query Bill{order(id:$id){total}}", operationName: "Bill", count: 120, errors: 1 },
    ...{ clientName: "<script>web</script>", clientVersion: "1.2.0" },
    fields: ["Query.order", "Order.total"],
  });
  under.folder.write("next.graphql", schema.replace("total: Float", "Price: Float @deprecated"));
  await under.rover(["subgraph", "check", "vino@main", "--name", "orders", "--schema", "next.graphql"]);
  await under.publish("orders", schema.replace("tip: Float", "tip: Float guests: Int"));
  await under.publish("broken", `${link}\ntype Query { x: Missing }`);
  await under.post(
    "/launches/served",
    { graph: "vino", variant: "main", launch: "1", router: "router-1" },
    await under.key("ROUTER"),
  );
  cookie = (await logIn(await under.key("READER"))).headers.get("set-cookie")?.split(";")[0] ?? "";
});

describe("the registry's pages", () => {
  test("are behind a login that a key opens which may read", async () => {
    expect(await read("/graphs/vino", {})).toMatchObject({ status: 303, location: "/login" });
    expect((await logIn(await under.key("ROUTER"))).status).toBe(401);
    expect((await logIn("service:vino:not-a-key-that-anybody-has")).status).toBe(401);
    const header = (await logIn(await under.key("READER"))).headers.get("set-cookie");
    expect(header).toMatch(/HttpOnly/i);
    expect(header).toMatch(/SameSite=Strict/i);
    expect(await read("/")).toMatchObject({ status: 303, location: "/graphs/vino" });
  });

  test("show launches, what they changed, who asks for which field, and why a check failed", async () => {
    const variant = await read("/graphs/vino/variants/main");
    expect(variant.text).toContain("did not compose");
    expect(variant.text).toContain("router-1");
    const [, served = ""] =
      /launches\/(\d+)">\d+<\/a><\/td>\s*<td><span class="badge good">served/.exec(variant.text) ?? [];
    const launch = await read(`/graphs/vino/launches/${served}`);
    expect(launch.text).toContain("FIELD_ADDED");
    const fields = await read("/graphs/vino/variants/main/fields");
    expect(fields.text).toContain("Order.total");
    expect(fields.text).toContain("120");
    const [, check = ""] = /checks\/([0-9a-f-]{36})/.exec(variant.text) ?? [];
    const checked = await read(`/graphs/vino/checks/${check}`);
    for (const words of ["FIELD_REMOVED", "1.2.0", "Bill", "DEPRECATED_DIRECTIVE_MISSING_REASON"]) {
      expect(checked.text).toContain(words);
    }
  });

  test("show what clients call themselves as text", async () => {
    const { text } = await read("/graphs/vino/variants/main/fields");
    expect(text).toContain("&lt;script&gt;web");
    expect(text).not.toContain("<script>");
  });

  test.each([
    "/graphs/other",
    "/graphs/vino/launches/999999",
    "/graphs/vino/checks/none",
    "/graphs/vino/variants/no",
  ])("%s is not there", async (path) => expect((await read(path)).status).toBe(404));
});
