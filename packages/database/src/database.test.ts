import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import type { DatabaseServer } from "./database-server.ts";
import { withClient } from "./database-server.ts";
import { type Database, openDatabase } from "./open-database.ts";
import {
  eventually,
  findTenantLeaks,
  makeMigrationFolder,
  openRolledBack,
  testServer,
} from "./testing/index.ts";

const notes = pgTable("notes", {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  tenantId: text("tenant_id").notNull().default(sql`mycelium.tenant_id()`),
  body: text().notNull(),
});
const tables = { notes };

const notesSql = `
CREATE TABLE notes (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  body text NOT NULL
);
SELECT mycelium.protect('notes');`;

const vino = { tenantId: "vino" };
const other = { tenantId: "other" };

let server: DatabaseServer;
let database: Database<typeof tables>;
const migrations = makeMigrationFolder();
migrations.write("diary/0001_notes", { up: notesSql, down: "DROP TABLE notes;" });

beforeAll(async () => {
  server = await testServer({ folder: migrations.path });
  database = openDatabase({ server, schema: "diary", tables });
});
afterAll(async () => {
  await database.close();
  migrations[Symbol.dispose]();
});

describe("a tenant's transaction", () => {
  test("sees its own rows and no others", async () => {
    await database.transact(vino, (tx) => tx.insert(notes).values({ body: "of vino" }));
    await database.transact(other, (tx) => tx.insert(notes).values({ body: "of other" }));
    const found = await database.read(vino, (tx) => tx.select().from(notes));
    expect(found).toMatchObject([{ tenantId: "vino", body: "of vino" }]);
  });

  test("leaves nothing behind when it throws, and nothing of its tenant on the connection", async () => {
    const failing = database.transact(vino, async (tx) => {
      await tx.insert(notes).values({ body: "never" });
      throw new Error("no");
    });
    expect(failing).rejects.toThrow("no");
    await failing.catch(() => {});
    const bodies = await database.read(vino, (tx) => tx.select().from(notes).where(eq(notes.body, "never")));
    expect(bodies).toEqual([]);
    const [left] = await database.read(other, (tx) =>
      tx.execute(sql`SELECT mycelium.tenant_id() AS tenant`).then(({ rows }) => rows),
    );
    expect(left).toEqual({ tenant: "other" });
  });

  test("cannot be talked into another tenant by the tenant's own name", async () => {
    const name = "x'; SET LOCAL app.tenant_id = 'vino";
    const seen = await database.read({ tenantId: name }, (tx) => tx.select().from(notes));
    expect(seen).toEqual([]);
  });

  test("refuses to write when it was opened to read", async () => {
    const writing = database.read(vino, (tx) => tx.insert(notes).values({ body: "x" }));
    const error = await writing.catch((thrown: Error) => thrown);
    expect(String((error as Error).cause)).toContain("read-only transaction");
  });
});

describe("the system", () => {
  test("acts over all tenants, and its reason is kept", async () => {
    const reason = "count notes for the test";
    const found = await database.asSystem({ reason, requestId: "r1" }, (tx) => tx.select().from(notes));
    expect(new Set(found.map(({ tenantId }) => tenantId))).toEqual(new Set(["vino", "other"]));
    const kept = await withClient(server.ownerUrl("diary"), (client) =>
      client.query("SELECT role, reason, request_id FROM mycelium.system_access WHERE reason = $1", [reason]),
    );
    expect(kept.rows).toEqual([{ role: "mycelium_system", reason, request_id: "r1" }]);
  });

  test("does nothing without a reason", () => {
    expect(database.asSystem({ reason: "" }, (tx) => tx.select().from(notes))).rejects.toThrow(
      "needs a reason",
    );
  });

  test("cannot be entered by a subgraph's role", async () => {
    await withClient(server.roleUrl("diary", "mycelium_diary"), async (client) => {
      expect(client.query("SELECT mycelium.enter_system('because', '')")).rejects.toThrow(
        "permission denied",
      );
      await client.query("SELECT set_config('app.system_reason', 'because', false)");
      expect((await client.query("SELECT 1 FROM notes")).rows).toEqual([]);
    });
  });
});

describe("findTenantLeaks", () => {
  test("finds none in a protected schema", async () => {
    expect(await findTenantLeaks({ server, schema: "diary" })).toEqual([]);
  });

  test("names a table without a policy, a careless policy, and a view that sees everything", async () => {
    using folder = makeMigrationFolder();
    folder.write("leaky/0001_tables", {
      up: `
        CREATE TABLE open_table (id integer PRIMARY KEY, tenant_id text NOT NULL);
        CREATE TABLE read_by_all (id integer PRIMARY KEY, tenant_id text NOT NULL);
        SELECT mycelium.protect('read_by_all');
        CREATE POLICY careless ON read_by_all FOR SELECT USING (true);
        CREATE TABLE written_by_all (id integer PRIMARY KEY, tenant_id text NOT NULL);
        ALTER TABLE written_by_all ENABLE ROW LEVEL SECURITY;
        CREATE POLICY tenant_isolation ON written_by_all USING (tenant_id = mycelium.tenant_id()) WITH CHECK (true);
        CREATE VIEW everything AS SELECT * FROM read_by_all;
        CREATE TABLE currencies (code text PRIMARY KEY);
      `,
    });
    const leaky = await testServer({ folder: folder.path });
    const leaks = await findTenantLeaks({ server: leaky, schema: "leaky", shared: ["currencies"] });
    expect(leaks).toEqual([
      "leaky.everything: a view without security_invoker shows every tenant's rows",
      "leaky.open_table: no row-level security (SELECT mycelium.protect('…'))",
      'leaky."read_by_all": isolation-b reads',
      'leaky."read_by_all": no tenant at all reads',
      'leaky."written_by_all": isolation-b adds a row for isolation-a (23505)',
      'leaky."written_by_all": no tenant at all adds a row for isolation-a (23505)',
    ]);
  });

  test("asks for a sample where a made-up row breaks a rule, and takes it", async () => {
    using folder = makeMigrationFolder();
    folder.write("strict/0001_tables", {
      up: `CREATE TABLE sums (tenant_id text NOT NULL, cents integer NOT NULL CHECK (cents > 100));
        SELECT mycelium.protect('sums');`,
    });
    const strict = await testServer({ folder: folder.path });
    const [without] = await findTenantLeaks({ server: strict, schema: "strict" });
    expect(without).toContain("give a sample");
    const samples = { sums: { cents: 101 } };
    expect(await findTenantLeaks({ server: strict, schema: "strict", samples })).toEqual([]);
  });
});

test("a rolled-back database forgets everything, under the same policies", async () => {
  {
    await using suite = await openRolledBack({ server, schema: "diary", tables });
    await suite.transact({ tenantId: "suite" }, (tx) => tx.insert(notes).values({ body: "in the suite" }));
    expect(await suite.read({ tenantId: "suite" }, (tx) => tx.select().from(notes))).toHaveLength(1);
    expect(
      await suite.read(vino, (tx) => tx.select().from(notes).where(eq(notes.tenantId, "suite"))),
    ).toEqual([]);
  }
  expect(await database.read({ tenantId: "suite" }, (tx) => tx.select().from(notes))).toEqual([]);
});

test("a connection that the server ends is told of in a few words, and replaced", async () => {
  const errors: Error[] = [];
  const broken = openDatabase({ server, schema: "diary", tables, onError: (error) => errors.push(error) });
  const pidOf = () =>
    broken.read(vino, async (tx) => {
      const { rows } = await tx.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`);
      return rows[0]?.pid;
    });
  const pid = await pidOf();
  await withClient(server.ownerUrl("diary"), (client) =>
    client.query("SELECT pg_terminate_backend($1)", [pid]),
  );
  await eventually(() => errors.length > 0);
  expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining("terminating connection")]);
  expect(JSON.stringify(errors).length).toBeLessThan(1_000);
  expect(await pidOf()).not.toBe(pid);
  await broken.close();
});
