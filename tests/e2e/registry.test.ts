import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@mycelium/database/testing";
import { registryUnderTest } from "../../registry/src/test-support/registry-under-test.ts";
import { type RouterProcess, startRouter } from "./support/router-process.ts";

const under = registryUnderTest();
const copies = mkdtempSync(join(tmpdir(), "mycelium-copies-"));
const subgraph = Bun.serve({
  ...{ port: 0, hostname: "127.0.0.1" },
  fetch: () => Response.json({ data: { order: { total: 12, tip: 3 } } }),
});
afterAll(async () => {
  rmSync(copies, { recursive: true, force: true });
  await subgraph.stop(true);
});

const schema = (fields: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
type Query { order(id: ID!): Order }
type Order { ${fields} }`;
const publish = (fields: string) =>
  under.publish("orders", schema(fields), { url: `${subgraph.url.origin}/graphql` });

async function start(): Promise<RouterProcess> {
  const key = await under.key("ROUTER");
  return startRouter({
    environment: {
      APOLLO_ROUTER_SUPERGRAPH_URLS: `${under.url}/supergraph/vino/main`,
      APOLLO_UPLINK_POLL_INTERVAL: "100ms",
      APOLLO_KEY: key,
      MYCELIUM_SUPERGRAPH_COPIES: copies,
    },
    yaml: `plugins:
  mycelium.registry:
    url: ${under.url}
    key: "\${env.APOLLO_KEY}"
    graph_ref: vino@main
    report: { interval: 1s }
`,
  });
}

const ask = (router: RouterProcess, query: string) =>
  router.query(query, {
    headers: { "apollographql-client-name": "web", "apollographql-client-version": "7.1" },
  });

async function check(fields: string) {
  under.folder.write("next.graphql", schema(fields));
  const { exitCode, stdout } = await under.rover([
    ...["subgraph", "check", "vino@main", "--name", "orders", "--schema", "next.graphql"],
  ]);
  return { exitCode, text: stdout.replace(/[\s│]+/g, " ") };
}

test("from a publish to the router, from its clients to the next check, and back again", async () => {
  expect((await publish("total: Float tip: Float")).exitCode).toBe(0);
  const router = await start();
  const bill = 'query Bill { order(id: "secret-7") { total } }';
  expect((await ask(router, bill)).data).toEqual({ order: { total: 12 } });
  await eventually(async () => (await check("tip: Float")).exitCode !== 0);
  const broken = await check("tip: Float");
  expect(broken.text).toContain("used by web 7.1, 1 times");
  expect((await check("total: Float")).exitCode).toBe(0);

  expect((await publish("total: Float tip: Float guests: Int")).exitCode).toBe(0);
  await router.logged("serving launch", 2);
  const launches =
    '{ graph(id: "vino") { variant(name: "main") { launches { id kind } latestApprovedLaunch { id } } } }';
  const { variant } = (await under.graphql(launches)).data.graph;
  const [latest, first] = variant.launches;
  expect(variant.latestApprovedLaunch.id).toBe(latest.id);
  await under.graphql('mutation { graph(id: "vino") { variant(name: "main") { rollBack { id } } } }');
  await router.logged("serving launch", 3);
  const unknown = await ask(router, '{ order(id: "1") { guests } }');
  expect(unknown.errors?.[0]?.extensions?.code).toBe("GRAPHQL_VALIDATION_FAILED");
  expect(first.kind).toBe("PUBLISH");

  // What was asked since the last report is told when it stops.
  await ask(router, '{ order(id: "1") { tip } }');
  await router[Symbol.asyncDispose]();
  expect((await check("total: Float")).text).toContain("used by web 7.1, 1 times");
  const stored = await under.database.read({ tenantId: "vino" }, (tx) => tx.query.operations.findMany());
  expect(JSON.stringify(stored)).not.toContain("secret-7");
  expect(under.faults).toEqual([]);
}, 60_000);

test("while the registry is away the router serves on, says so once, and tells it afterwards", async () => {
  await using router = await start();
  await ask(router, "query Before { __typename }");
  const port = await under.goAway();
  await router.logged("cannot be reported");
  for (let at = 0; at < 5; at++) await ask(router, 'query Away { order(id: "1") { total tip } }');
  await Bun.sleep(2_500);
  under.comeBack(port);
  await eventually(async () => {
    const rows = await under.database.read({ tenantId: "vino" }, (tx) => tx.query.usage.findMany());
    const operations = await under.database.read({ tenantId: "vino" }, (tx) =>
      tx.query.operations.findMany(),
    );
    const away = operations.find(({ name }) => name === "Away")?.hash;
    return rows.some(({ operation, count }) => operation === away && count === 5);
  });
  expect(router.messages.filter((message) => message.includes("cannot be reported"))).toHaveLength(1);
}, 60_000);
