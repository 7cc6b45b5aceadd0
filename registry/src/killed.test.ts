import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type DatabaseServer, openDatabase } from "@mycelium/database";
import { eventually, testCluster, testServer } from "@mycelium/database/testing";
import { RoverFolder } from "../../rover/test-support/rover-folder.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { schemaName } from "./database.ts";
import * as tables from "./db/tables.ts";
import { createKey } from "./keys/manage.ts";

const root = join(import.meta.dir, "../..");
const port = freePort();
const url = `http://127.0.0.1:${port}`;
const folder = new RoverFolder();
const publishes = 12;
const reports = 200;
let server: DatabaseServer;
let key: string;
let roleSecret: string;
let child: Bun.Subprocess | undefined;
let stopped = false;

beforeAll(async () => {
  server = await testServer({ folder: join(root, "drizzle"), schemas: [schemaName] });
  roleSecret = (await testCluster()).ownerUrl("mycelium");
  await using database = openDatabase({ server, schema: schemaName, tables });
  key = await createKey(database, { graphId: "vino", name: "test", role: "ADMIN" });
});
afterAll(async () => {
  stopped = true;
  child?.kill("SIGKILL");
  await child?.exited;
  await server.close();
  folder[Symbol.dispose]();
});

function start(): void {
  child = Bun.spawn([process.execPath, join(root, "registry/src/main.ts")], {
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, REGISTRY_PORT: String(port) },
      ...{ DATABASE_URL: server.ownerUrl(schemaName), DATABASE_ROLE_SECRET: roleSecret },
    },
    stdio: ["ignore", "ignore", "ignore"],
  });
}

const isUp = () =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );

async function publish(name: string): Promise<boolean> {
  folder.write(
    `${name}.graphql`,
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])\ntype Query { ${name}: Int }`,
  );
  const { exitCode } = await folder.rover(
    [
      ...["subgraph", "publish", "vino@main", "--name", name, "--schema", `${name}.graphql`],
      ...["--routing-url", "http://x.test", "--client-timeout", "5"],
    ],
    { APOLLO_REGISTRY_URL: `${url}/graphql`, APOLLO_KEY: key },
  );
  return exitCode === 0;
}

/** As a router does: again with the same id until it is taken. */
async function report(batchId: string): Promise<void> {
  const from = new Date().toISOString();
  const record = {
    operation: "query A{a}",
    clientName: "web",
    count: 3,
    errors: 0,
    latencyMsSum: 1,
    fields: ["Query.a"],
  };
  const body = JSON.stringify({ batchId, graph: "vino", variant: "main", from, to: from, records: [record] });
  await eventually(async () => {
    const headers = { "content-type": "application/json", "x-api-key": key };
    const response = await fetch(`${url}/usage`, { method: "POST", headers, body }).catch(() => undefined);
    return response?.ok === true;
  });
}

test("killed again and again while it is published to and reported to, the registry loses nothing it took and counts nothing twice", async () => {
  start();
  await eventually(isUp);
  const killing = (async () => {
    for (let round = 0; round < 5 && !stopped; round++) {
      await Bun.sleep(700);
      child?.kill("SIGKILL");
      await child?.exited;
      start();
      await eventually(isUp);
    }
  })();
  const reporting = (async () => {
    for (let at = 0; at < reports; at++) await report(crypto.randomUUID());
  })();
  const taken: string[] = [];
  for (let at = 0; at < publishes; at++) if (await publish(`s${at}`)) taken.push(`s${at}`);
  await Promise.all([killing, reporting]);
  expect(taken.length).toBeGreaterThan(0);
  const { stdout } = await folder.rover(["supergraph", "fetch", "vino@main"], {
    ...{ APOLLO_REGISTRY_URL: `${url}/graphql`, APOLLO_KEY: key },
  });
  for (const name of taken) expect(stdout).toContain(`name: "${name}"`);
  await using database = openDatabase({ server, schema: schemaName, tables });
  const rows = await database.read({ tenantId: "vino" }, (tx) => tx.select().from(tables.usage));
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(3 * reports);
}, 120_000);
