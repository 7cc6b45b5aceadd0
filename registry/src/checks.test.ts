import { beforeAll, describe, expect, test } from "bun:test";
import { registryUnderTest } from "./test-support/registry-under-test.ts";

const under = registryUnderTest();

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@tag"])`;
const schema = (
  parts: Partial<Record<"total" | "tip" | "argument" | "input" | "status" | "extra", string>> = {},
) => `
${link}
type Query { order(id: ID!${parts.argument ?? ""}): Order internal: Int @tag(name: "internal") }
type Mutation { open(order: NewOrder!): Order }
type Order @key(fields: "id") { id: ID! ${parts.total ?? "total: Float"} ${parts.tip ?? "tip: Float"} status: Status ${parts.extra ?? ""} }
input NewOrder { table: String ${parts.input ?? "note: String"} }
enum Status { ${parts.status ?? "OPEN PAID VOID"} }
`;

const hour = 3_600_000;

interface Reported {
  operation?: string;
  fields: string[];
  client?: [string, string];
  count?: number;
  agoHours?: number;
  more?: Record<string, string[]>;
}

function report({
  fields,
  operation,
  client = ["web", "1.2.0"],
  count = 120,
  agoHours = 1,
  more = {},
}: Reported) {
  return under.report({
    operation: operation ?? `query Asked{${fields.join(" ")}}`,
    operationName: "Asked",
    ...{ clientName: client[0], clientVersion: client[1], count, fields, agoMs: agoHours * hour },
    ...more,
  });
}

async function check(sdl: string, more: readonly string[] = []) {
  under.folder.write("proposed.graphql", sdl);
  const args = [
    "subgraph",
    "check",
    "vino@main",
    "--name",
    "orders",
    "--schema",
    "proposed.graphql",
    ...more,
  ];
  const { stdout, stderr, exitCode } = await under.rover(args);
  const json = await under.json(args);
  const changes =
    json.data?.tasks?.operations?.changes ?? json.error?.details?.check_response?.tasks?.operations?.changes;
  return { exitCode, text: stdout + stderr, json, changes };
}

beforeAll(async () => {
  expect((await under.publish("orders", schema())).exitCode).toBe(0);
  await report({
    fields: ["Query.order", "Order.id", "Order.total"],
    more: { arguments: ["Query.order.id"] },
  });
  await report({ fields: ["Query.order", "Order.tip"], client: ["kiosk", "3"], count: 2, agoHours: 24 * 20 });
  await report({
    fields: ["Mutation.open", "Order.id"],
    more: {
      arguments: ["Mutation.open.order"],
      inputFields: ["NewOrder.table"],
      enumValues: ["Status.OPEN"],
    },
  });
});

describe("rover subgraph check", () => {
  test("a schema that adds something passes", async () => {
    const { exitCode, text } = await check(schema({ extra: "guests: Int" }));
    expect({ exitCode, text }).toMatchObject({ exitCode: 0, text: expect.stringContaining("FIELD_ADDED") });
    expect(text).toContain("against 2 operations");
  });

  test("a field that is taken away hurts whom it hurts, by name, version and last use", async () => {
    const { exitCode, text } = await check(schema({ total: "" }));
    expect(exitCode).not.toBe(0);
    expect(text).toContain("FIELD_REMOVED");
    expect(text.replace(/\s+/g, " ")).toContain("used by web 1.2.0, 120 times, last");
  });

  test("a field that nobody asked for in the window may go; in a longer window somebody did", async () => {
    const { exitCode, text } = await check(schema({ tip: "" }));
    expect({ exitCode, text }).toMatchObject({ exitCode: 0, text: expect.stringContaining("nobody asked") });
    const longer = await check(schema({ tip: "" }), ["--validation-period", "30d"]);
    expect(longer.exitCode).not.toBe(0);
    expect(longer.text).toContain("kiosk");
    const threshold = ["--validation-period", "30d", "--query-count-threshold", "3"];
    expect((await check(schema({ tip: "" }), threshold)).exitCode).toBe(0);
  });

  test.each([
    ["an answer may become certain", schema({ total: "total: Float!" }), true],
    ["an answer may not become uncertain again, nor another type", schema({ total: "total: Int" }), false],
    ["an argument may be added", schema({ argument: ", first: Int" }), true],
    ["an argument may not be demanded", schema({ argument: ", first: Int!" }), false],
    ["an input field that nobody gives may go", schema({ input: "" }), true],
    ["an input field may not be demanded", schema({ input: "note: String guests: Int!" }), false],
    ["a value that nobody gives may go", schema({ status: "OPEN PAID" }), true],
    ["a value that somebody gives may not", schema({ status: "PAID VOID" }), false],
    ["a value may be added", schema({ status: "OPEN PAID VOID LATE" }), true],
  ])("%s", async (_, sdl, passes) => {
    const { exitCode, text } = await check(sdl);
    expect({ passes: exitCode === 0, text }).toEqual({ passes, text });
  });

  test("ignored clients do not count, and an approved change passes", async () => {
    const settings = JSON.stringify({ checks: { ignoredClients: ["web"] } });
    const act = (deed: string) =>
      under.graphql(`mutation { graph(id: "vino") { variant(name: "main") { ${deed} } } }`);
    expect((await act(`configure(settings: ${JSON.stringify(settings)})`)).errors).toBeUndefined();
    expect((await check(schema({ total: "" }))).exitCode).toBe(0);
    await act('configure(settings: "{}")');
    expect((await check(schema({ total: "" }))).exitCode).not.toBe(0);
    await act('approveChange(change: "FIELD_REMOVED Order.total")');
    const approved = await check(schema({ total: "" }));
    expect(approved).toMatchObject({ exitCode: 0, text: expect.stringContaining("approved") });
    expect((await act('configure(settings: "{\\"chekcs\\": 1}")')).errors[0].message).toContain("chekcs");
  });

  test("what does not compose is told with the subgraph and its line", async () => {
    const { exitCode, text } = await check(schema({ extra: "guest: Guest" }));
    expect(exitCode).not.toBe(0);
    expect(text).toContain("Unknown type");
    expect(text).toContain("subgraph orders, line");
  });

  test("lint errors fail it; the lint of what is there already does not", async () => {
    const { exitCode, text } = await check(schema({ extra: "Old: Int @deprecated" }));
    expect(exitCode).not.toBe(0);
    expect(text).toContain("deprecated without a reason");
  });

  test("a report that is sent twice counts once", async () => {
    const body = await report({ fields: ["Order.status"], client: ["twice", "1"], count: 7 });
    expect(await (await under.post("/usage", body, await under.key("ROUTER"))).json()).toEqual({
      taken: false,
    });
    const { text } = await check(
      schema({ status: "" })
        .replace("status: Status", "")
        .replace(/enum Status.*/, ""),
    );
    expect(text.replace(/[\s│]+/g, " ")).toContain("twice 1, 7 times");
  });
});

describe("a contract", () => {
  test("is published by Rover, follows its source and is checked with it", async () => {
    const args = [
      "contract",
      "publish",
      "vino@public",
      "--source-variant",
      "main",
      "--no-include-tags",
      "--exclude-tag",
      "internal",
    ];
    const published = await under.rover([...args, "--no-hide-unreachable-types"]);
    expect(published).toMatchObject({ exitCode: 0 });
    expect((await under.rover(["contract", "describe", "vino@public"])).stdout).toContain("internal");
    const api = async () => (await under.rover(["graph", "fetch", "vino@public"])).stdout;
    expect(await api()).toContain("order(");
    expect(await api()).not.toContain("internal:");
    await under.publish("orders", schema({ extra: "guests: Int" }));
    expect(await api()).toContain("guests: Int");
    const direct = await under.publish("orders", schema(), { ref: "vino@public" });
    expect(direct.stderr).toContain("is a contract");
    const emptied = schema({ extra: "guests: Int" }).replace(
      "order(id: ID!): Order",
      'order(id: ID!): Order @tag(name: "internal")',
    );
    const { exitCode, text } = await check(
      emptied.replace(
        "open(order: NewOrder!): Order",
        'open(order: NewOrder!): Order @tag(name: "internal")',
      ),
    );
    expect(exitCode).not.toBe(0);
    expect(text).toContain("public");
  });
});

test("nothing went wrong inside", () => {
  expect(under.faults).toEqual([]);
});
