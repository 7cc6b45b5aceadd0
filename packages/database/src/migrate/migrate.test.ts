import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backup } from "../backup/backup.ts";
import { restore } from "../backup/restore.ts";
import { assertConnectionBudget } from "../connection-budget.ts";
import { type DatabaseServer, openDatabaseServer, withClient } from "../database-server.ts";
import { readDatabaseSettings } from "../settings.ts";
import { type MigrationFolder, makeMigrationFolder, testServer } from "../testing/index.ts";
import { migrate, migrationStatus, rollback } from "./migrate.ts";

let migrations: MigrationFolder;
let server: DatabaseServer;
beforeAll(async () => {
  migrations = makeMigrationFolder();
  migrations.write("diary/0001_notes", {
    up: "CREATE TABLE notes (id integer PRIMARY KEY, body text);",
    down: "DROP TABLE notes;",
  });
  server = await testServer({ folder: migrations.path });
});
afterAll(() => migrations[Symbol.dispose]());

const sql = (text: string) => withClient(server.ownerUrl("diary"), (client) => client.query(text));
const migrateNow = () => migrate({ server, folder: migrations.path });

describe("migrations", () => {
  test("run once, and can be taken back and run again", async () => {
    expect(await migrateNow()).toEqual([]);
    expect(await rollback({ server, folder: migrations.path, schema: "diary", steps: 1 })).toEqual([
      { schema: "diary", name: "0001_notes" },
    ]);
    expect(sql("SELECT 1 FROM diary.notes")).rejects.toThrow("does not exist");
    expect(await migrateNow()).toEqual([{ schema: "diary", name: "0001_notes" }]);
  });

  test("run outside a transaction where they say so", async () => {
    migrations.write("diary/0002_index", {
      up: `-- no transaction
        CREATE INDEX CONCURRENTLY IF NOT EXISTS notes_body ON notes (body);
        --> statement-breakpoint
        ANALYZE notes;`,
      down: "DROP INDEX notes_body;",
    });
    expect(await migrateNow()).toEqual([{ schema: "diary", name: "0002_index" }]);
  });

  test("leave nothing behind when one fails, and say which and why", async () => {
    migrations.write("diary/0003_broken", { up: "CREATE TABLE half (id integer); SELECT nonsense;" });
    expect(migrateNow()).rejects.toThrow(
      'A migration failed: diary/0003_broken: column "nonsense" does not exist',
    );
    await migrateNow().catch(() => {});
    expect(sql("SELECT 1 FROM diary.half")).rejects.toThrow("does not exist");
    migrations.write("diary/0003_broken", {
      up: "CREATE TABLE half (id integer);",
      down: "DROP TABLE half;",
    });
    expect(await migrateNow()).toHaveLength(1);
  });

  test("that were changed after they ran are refused, and shown", async () => {
    migrations.write("diary/0003_broken", {
      up: "CREATE TABLE other (id integer);",
      down: "DROP TABLE half;",
    });
    expect(migrateNow()).rejects.toThrow("diary/0003_broken was changed after it ran");
    const status = await migrationStatus({ server, folder: migrations.path });
    expect(status).toContainEqual({ schema: "diary", name: "0003_broken", state: "changed" });
    migrations.write("diary/0003_broken", {
      up: "CREATE TABLE half (id integer);",
      down: "DROP TABLE half;",
    });
  });

  test("with a number left out are refused", async () => {
    using gap = makeMigrationFolder();
    gap.write("diary/0001_one", { up: "" });
    gap.write("diary/0003_three", { up: "" });
    expect(migrate({ server, folder: gap.path })).rejects.toThrow("diary/0003_three should be called 0002_");
  });

  test("are run by one of several replicas that start at once, an index made concurrently among them", async () => {
    migrations.write("diary/0004_slow", { up: "SELECT pg_sleep(0.2); CREATE TABLE slow (id integer);" });
    migrations.write("diary/0005_index", {
      up: "-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS slow_id ON slow (id);",
    });
    const all = await Promise.all([migrateNow(), migrateNow(), migrateNow(), migrateNow()]);
    expect(all.flat().map(({ name }) => name)).toEqual(["0004_slow", "0005_index"]);
  });
});

test("a backup brings back every row, whatever stands in it, and the migrations since run after it", async () => {
  const odd = ["tab\there", "line\nfeed", "carriage\rreturn", "back\\slash", "\\.", "\u2028ünï 🍷", "", null];
  await withClient(server.ownerUrl("diary"), async (client) => {
    for (const [id, body] of odd.entries())
      await client.query("INSERT INTO diary.notes VALUES ($1, $2)", [id, body]);
    await client.query("CREATE SEQUENCE diary.numbers; SELECT setval('diary.numbers', 41)");
  });
  const folder = mkdtempSync(join(tmpdir(), "mycelium-backup-"));
  const options = { server, folder: migrations.path, schemas: ["diary"], file: join(folder, "backup.gz") };
  await sql("DROP SEQUENCE diary.numbers");
  expect(await backup(options)).toBeGreaterThan(2);
  await sql("DELETE FROM diary.notes");
  migrations.write("diary/0006_later", { up: "ALTER TABLE notes ADD COLUMN later text DEFAULT 'since';" });
  await restore(options);
  const { rows } = await sql("SELECT body, later FROM diary.notes ORDER BY id");
  expect(rows).toEqual(odd.map((body) => ({ body, later: "since" })));
  writeFileSync(options.file, "no backup");
  expect(restore(options)).rejects.toThrow("The backup cannot be used");
  expect((await sql("SELECT 1 FROM diary.notes")).rowCount).toBe(odd.length);
  rmSync(folder, { recursive: true });
});

describe("the connection budget", () => {
  const claims = [
    { schema: "diary", connectionsMax: 60 },
    { schema: "mycelium", connectionsMax: 60 },
  ];
  const check = (options: { connectionsMax: number; replicas: number }) =>
    assertConnectionBudget({ server, claims, ...options });

  test("refuses pools that are more than this process or the server may have", async () => {
    await check({ connectionsMax: 120, replicas: 1 });
    expect(check({ connectionsMax: 100, replicas: 1 })).rejects.toThrow(
      "add up to 120, DATABASE_CONNECTIONS is 100",
    );
    expect(check({ connectionsMax: 120, replicas: 2 })).rejects.toThrow("add up to 240 in 2 processes");
  });
});

describe("settings", () => {
  const read = (environment: Record<string, string>) => readDatabaseSettings(environment, "/checkout");

  test.each([
    [{ DATABASE_URL: "mysql://root:hunter2@db" }, "DATABASE_URL is no postgres:// address"],
    [{ DATABASE_URL_ORDERS: "hunter2" }, "DATABASE_URL_ORDERS is no postgres:// address"],
    [{ POSTGRES_PORT: "hunter2" }, "POSTGRES_PORT must be a whole number from 0 to 65535"],
    [{ NODE_ENV: "production" }, "NODE_ENV=production needs DATABASE_ROLE_SECRET"],
  ])("%p is refused in one line that shows no value", (environment, message) => {
    expect(() => read(environment as Record<string, string>)).toThrow(message);
    expect(() => read(environment as Record<string, string>)).not.toThrow("hunter2");
  });

  test("a schema may have a server of its own", async () => {
    const url = "postgres://owner@orders.example/db";
    const settings = read({ DATABASE_URL: "postgres://owner@all.example/db", DATABASE_URL_ORDERS: url });
    await using both = await openDatabaseServer(settings);
    expect([both.ownerUrl("orders"), both.ownerUrl("sms")]).toEqual([url, "postgres://owner@all.example/db"]);
    const role = new URL(both.roleUrl("orders", "mycelium_orders"));
    expect([role.host, role.username]).toEqual(["orders.example", "mycelium_orders"]);
  });

  test("a server that does not answer is one clear line, without the password", async () => {
    const unreachable = "postgres://owner:hunter2@127.0.0.1:1/db";
    const error = await withClient(unreachable, async () => {}).catch((thrown: Error) => thrown);
    expect((error as Error).message).toContain("127.0.0.1:1/db does not answer");
    expect((error as Error).message).not.toContain("hunter2");
  });
});
