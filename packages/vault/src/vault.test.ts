import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Database, type DatabaseServer, openDatabase, withClient } from "@mycelium/database";
import { findTenantLeaks, testServer } from "@mycelium/database/testing";
import { createKeyRing, createTransit, createVault, type KeyWrapper, vaultTables } from "./index.ts";
import { startTransitServer } from "./testing/index.ts";

const folder = join(import.meta.dir, "../../../drizzle");
const secret = { secretKey: "sk_live_never_in_clear" };
const makeKey = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const session = (tenantId: string) => ({
  tenantId,
  reader: "payments",
  userId: "user-1",
  requestId: "request-1",
});

let server: DatabaseServer;
let database: Database<typeof vaultTables>;
beforeAll(async () => {
  server = await testServer({ folder, schemas: ["vault"] });
  database = openDatabase({ server, schema: "vault", tables: vaultTables });
});
afterAll(() => database.close());

const ring = { one: makeKey("k1"), two: makeKey("k2") };
const transit = startTransitServer();
afterAll(() => transit[Symbol.dispose]());

interface Backend {
  name: string;
  before: () => KeyWrapper;
  /** After its keys were rotated. */
  after: () => KeyWrapper;
}
const openTransit = () => createTransit({ address: transit.address, token: transit.token, key: "mycelium" });
const backends: Backend[] = [
  {
    name: "a key ring",
    before: () => createKeyRing(ring.one),
    after: () => createKeyRing(`${ring.two},${ring.one}`),
  },
  {
    name: "HashiCorp Vault's transit",
    before: openTransit,
    after() {
      transit.rotate();
      return openTransit();
    },
  },
];

describe.each(backends)("the vault with $name", ({ name, before, after }) => {
  const tenant = `tenant of ${name}`;

  test("gives back what was written, to the tenant alone, and counts versions", async () => {
    const vault = createVault({ database, wrapper: before() });
    expect(await vault.write(session(tenant), "stripe", { secretKey: "old" })).toBe(1);
    expect(await vault.write(session(tenant), "stripe", secret)).toBe(2);
    expect(await vault.read(session(tenant), "stripe")).toEqual(secret);
    expect(await vault.read(session("another"), "stripe")).toBeUndefined();
    expect(await vault.read(session(tenant), "twilio")).toBeUndefined();
  });

  test("does not open a row that was moved to another tenant, and logs that", async () => {
    const vault = createVault({ database, wrapper: before() });
    await withClient(server.ownerUrl("vault"), (client) =>
      client.query(
        `INSERT INTO vault.secrets (tenant_id, name, key_id, sealed)
         SELECT $2, name, key_id, sealed FROM vault.secrets WHERE tenant_id = $1`,
        [tenant, `thief ${name}`],
      ),
    );
    expect(vault.read(session(`thief ${name}`), "stripe")).rejects.toThrow("cannot be opened");
    await vault.read(session(`thief ${name}`), "stripe").catch(() => {});
    const [newest] = await vault.accesses(session(`thief ${name}`));
    expect(newest).toMatchObject({ name: "stripe", action: "denied" });
    await vault.delete(session(`thief ${name}`), "stripe");
  });

  test("rotates every tenant's secrets to the newest key, which still open", async () => {
    const wrapper = after();
    const vault = createVault({ database, wrapper });
    const current = await wrapper.currentKeyId();
    const waiting = await withClient(server.ownerUrl("vault"), async (client) => {
      // The other backend's rows are none of this one's.
      await client.query("DELETE FROM vault.secrets WHERE tenant_id <> $1", [tenant]);
      return (await client.query("SELECT 1 FROM vault.secrets WHERE key_id <> $1", [current])).rowCount;
    });
    expect(await vault.rotate("keys were rotated")).toBe(waiting ?? 0);
    expect(waiting).toBe(1);
    expect(await vault.rotate("again")).toBe(0);
    expect(await vault.read(session(tenant), "stripe")).toEqual(secret);
  });

  test("logs who read and wrote, for whom", async () => {
    const vault = createVault({ database, wrapper: before() });
    const accesses = await vault.accesses(session(tenant));
    expect(accesses.map(({ action }) => action)).toContain("rewrap");
    expect(accesses).toContainEqual(
      expect.objectContaining({ name: "stripe", action: "read", reader: "payments", userId: "user-1" }),
    );
  });
});

test("no secret stands in the database in clear, whichever way it is written", async () => {
  const text = await withClient(server.ownerUrl("vault"), async (client) => {
    const { rows } = await client.query(
      "SELECT s::text AS row FROM vault.secrets s UNION ALL SELECT l::text FROM vault.access_log l",
    );
    return JSON.stringify(rows);
  });
  const clear = secret.secretKey;
  for (const form of [
    clear,
    Buffer.from(clear).toString("base64").slice(0, -4),
    Buffer.from(clear).toString("hex"),
  ]) {
    expect(text).not.toContain(form);
  }
  expect(text).toContain("stripe");
});

test("no tenant reaches another's secrets or log", async () => {
  const samples = { access_log: { action: "read" } };
  expect(await findTenantLeaks({ server, schema: "vault", samples })).toEqual([]);
});

describe("a key ring", () => {
  test.each(["", "k1", "k1:short", `${ring.one},k2:AAAA`])(
    "that reads %p is refused without being shown",
    (text) => {
      const refused = () => createKeyRing(text);
      expect(refused).toThrow("The key ring cannot be used");
      if (text) expect(refused).not.toThrow(text);
    },
  );

  test("without the key of a secret says which one is missing", async () => {
    const vault = createVault({ database, wrapper: createKeyRing(ring.one) });
    await vault.write(session("ringless"), "smtp", secret);
    const other = createVault({ database, wrapper: createKeyRing(ring.two) });
    expect(other.read(session("ringless"), "smtp")).rejects.toThrow("the ring does not have: k1");
  });
});

test("a transit engine that is sealed fails with its status, and the token in no message", async () => {
  transit.setDown(true);
  const vault = createVault({ database, wrapper: openTransit() });
  const error = await vault.write(session("down"), "smtp", secret).catch((thrown: Error) => thrown);
  transit.setDown(false);
  expect(error).toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  const text = Bun.inspect(error);
  for (const hidden of [transit.token, secret.secretKey]) expect(text).not.toContain(hidden);
});
