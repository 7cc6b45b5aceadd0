import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseServer } from "@mycelium/database";
import { eventually, makeMigrationFolder, testServer } from "@mycelium/database/testing";
import { emit } from "@mycelium/events";
import { enqueue, prepareJobs } from "@mycelium/jobs";
import { contextHeader, deriveContextKey, signContext, toKeySet } from "@mycelium/signed-context";
import { createLogger } from "@mycelium/subgraph-kit";
import { Hono } from "hono";
import { createVerifyContext } from "./context-verifier.ts";
import { type Environment, groundSchemas, type HostedSubgraph, openHost } from "./host.ts";

const root = join(import.meta.dir, "../../..");
const vaultKeys = `test:${Buffer.alloc(32, 1).toString("base64")}`;
const contextSecret = "for-tests-and-at-least-32-bytes-long";
const environment = { VAULT_KEYS: vaultKeys, CONTEXT_SECRETS: `test:${contextSecret}` };

describe("a host", () => {
  const migrations = makeMigrationFolder();
  let databaseServer: DatabaseServer;
  beforeAll(async () => {
    for (const schema of groundSchemas) {
      cpSync(join(root, "drizzle", schema), join(migrations.path, schema), { recursive: true });
    }
    migrations.write("diary/0001_events", { up: "SELECT mycelium.create_event_tables('diary');" });
    databaseServer = await testServer({ folder: migrations.path });
    await prepareJobs(databaseServer);
  });
  afterAll(() => migrations[Symbol.dispose]());

  const open = (more: Environment = {}) => {
    const log = createLogger({ name: "test", destination: { write: () => {} } });
    return openHost({ environment: { ...environment, ...more }, root, databaseServer, log });
  };
  const caller = { tenantId: "vino", requestId: "request-1" };

  test("carries a subgraph's events to its subscriptions and runs its jobs", async () => {
    await using host = await open();
    const database = host.parts.openDatabase({ schema: "diary", tables: {} });
    const heard: string[] = [];
    const subgraph: HostedSubgraph = {
      name: "diary",
      app: new Hono(),
      close: async () => {},
      subscriptions: [
        {
          group: "diary",
          types: ["note.added"],
          handle: async ({ aggregateId }) => void heard.push(aggregateId),
        },
      ],
      jobs: [{ name: "diary.print", run: async (payload: string) => void heard.push(payload) }],
    };
    await host.start([subgraph]);
    await database.transact(caller, async (tx) => {
      await emit(tx, caller, {
        type: "note.added",
        aggregateId: "event",
        aggregateType: "Note",
        payload: {},
      });
      await enqueue(tx, { name: "diary.print" }, { payload: "job" });
    });
    await eventually(() => heard.length >= 2);
    expect(heard.sort()).toEqual(["event", "job"]);
  });

  test("keeps secrets for its subgraphs", async () => {
    await using host = await open();
    const session = { tenantId: "vino", reader: "diary" };
    await host.parts.vault.write(session, "stripe", { secretKey: "sk" });
    expect(await host.parts.vault.read(session, "stripe")).toEqual({ secretKey: "sk" });
  });

  test("refuses to start with more connections than it may have", async () => {
    await using host = await open({ DATABASE_CONNECTIONS: "5" });
    expect(host.start([])).rejects.toThrow("DATABASE_CONNECTIONS is 5");
  });
});

describe("the signed context", () => {
  const caller = { user: "u1", tenant: "vino", roles: ["USER"], scopes: ["a"], requestId: "r1" };
  const key = deriveContextKey({ id: "test", secret: contextSecret }, "orders");
  const token = signContext(caller, {
    ...{ key, audience: "orders", lifeSeconds: 60 },
    issuedAtSeconds: Math.floor(Date.now() / 1_000),
  });
  const headers = new Headers({ [contextHeader]: token });
  const expected = { tenantId: "vino", userId: "u1", roles: ["USER"], scopes: ["a"], requestId: "r1" };

  test("is believed by the subgraph that it is for, and by no other", () => {
    const verify = createVerifyContext({ environment, root });
    expect(verify(headers, "orders")).toEqual(expected);
    expect(verify(headers, "payments")).toBeUndefined();
    expect(verify(new Headers(), "orders")).toBeUndefined();
  });

  test("is verified with a subgraph's own keys alone, too", () => {
    const verify = createVerifyContext({
      environment: { CONTEXT_KEY_SET: JSON.stringify(toKeySet([key])) },
      root,
    });
    expect(verify(headers, "orders")).toEqual(expected);
  });

  test.each([{ NODE_ENV: "production" }, { CONTEXT_SECRETS: contextSecret }])(
    "%p is refused without being shown",
    (given) => {
      const refused = () => createVerifyContext({ environment: given as Environment, root });
      expect(refused).toThrow(/CONTEXT_SECRETS/);
      expect(refused).not.toThrow(contextSecret);
    },
  );
});
