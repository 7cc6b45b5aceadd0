import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type Database, type DatabaseServer, openDatabase, withClient } from "@mycelium/database";
import { eventually, findTenantLeaks, testServer } from "@mycelium/database/testing";
import type { EventBus } from "../bus.ts";
import type { DomainEvent } from "../event.ts";
import { handleOnce } from "../handle-once.ts";
import { openPostgresBus } from "../postgres/postgres-bus.ts";
import { makeDiaryMigrations, notes } from "../testing/diary.ts";
import { emit } from "./emit.ts";
import { startRelay } from "./relay.ts";

const migrations = makeDiaryMigrations();
let server: DatabaseServer;
let database: Database<{ notes: typeof notes }>;
let bus: EventBus;
beforeAll(async () => {
  server = await testServer({ folder: migrations.path });
  database = openDatabase({ server, schema: "diary", tables: { notes } });
  bus = await openPostgresBus({ server, pollMs: 50 });
});
afterAll(async () => {
  await bus.close();
  await database.close();
  migrations[Symbol.dispose]();
});

const caller = { tenantId: "vino", userId: "user-1", requestId: "request-1" };
const about = { aggregateId: "n1", aggregateType: "Note", payload: { a: 1 } };

test("no tenant reaches another's events, and the subgraph itself reads none", async () => {
  expect(await findTenantLeaks({ server, schema: "diary" })).toEqual([]);
  await withClient(server.roleUrl("diary", "mycelium_diary"), async (client) => {
    expect(client.query("SELECT 1 FROM outbox")).rejects.toThrow("permission denied");
    expect(client.query("SELECT 1 FROM bus.events")).rejects.toThrow("permission denied");
  });
});

test("an event is in the outbox when its transaction commits, and only then", async () => {
  const broken = database.transact(caller, async (tx) => {
    await emit(tx, caller, { ...about, type: "note.broken" });
    throw new Error("taken back");
  });
  await broken.catch(() => {});
  const event = await database.transact(caller, (tx) => emit(tx, caller, { ...about, type: "note.kept" }));
  const rows = await withClient(server.ownerUrl("diary"), (client) =>
    client.query("SELECT event FROM diary.outbox"),
  );
  expect(rows.rows).toEqual([{ event }]);
  expect(event).toMatchObject({
    version: "1.0",
    metadata: { tenantId: "vino", userId: "user-1", correlationId: "request-1", causationId: "request-1" },
  });
});

test("an event larger than the bus takes fails its transaction", () => {
  const payload = "x".repeat(300_000);
  const emitting = database.transact(caller, (tx) =>
    emit(tx, caller, { ...about, type: "note.big", payload }),
  );
  expect(emitting).rejects.toMatchObject({ code: "EVENT_TOO_LARGE" });
});

test("the relay empties the outbox, in order, and waits while the bus is away", async () => {
  const published: string[] = [];
  let isAway = true;
  const errors: unknown[] = [];
  await using _ = startRelay({
    server,
    schemas: ["diary"],
    pollMs: 20,
    batchMax: 3,
    onError: (error) => errors.push(error),
    bus: {
      async publish(events) {
        if (isAway) throw new Error("the bus is away");
        published.push(...events.map(({ aggregateId }) => aggregateId));
      },
    },
  });
  const ids = Array.from({ length: 10 }, (_, index) => `in-order-${index}`);
  for (const aggregateId of ids) {
    await database.transact(caller, (tx) => emit(tx, caller, { ...about, type: "note.order", aggregateId }));
  }
  await eventually(() => errors.length > 1);
  expect(published).toEqual([]);
  isAway = false;
  await eventually(() => published.length >= 10);
  expect(published.filter((id) => id.startsWith("in-order"))).toEqual(ids);
});

describe("a process killed with SIGKILL", () => {
  test.each(["before", "during"])(
    "%s the relay loses nothing, and nothing is handled twice",
    async (when) => {
      const type = `note.${when}`;
      const handled: string[] = [];
      let seen = 0;
      await using _subscription = await bus.subscribe({
        group: `reader-${when}`,
        types: [type],
        async handle(event: DomainEvent) {
          await handleOnce(
            database,
            { consumer: "reader", event },
            async () => void handled.push(event.aggregateId),
          );
          seen += 1;
        },
      });
      await runUntilKilled(when);
      await using _relay = startRelay({ server, schemas: ["diary"], bus, pollMs: 50 });
      await eventually(() => seen >= 10);
      expect(handled.sort()).toEqual(Array.from({ length: 10 }, (_, number) => `${when}-${number}`));
      await eventually(async () => (await countOutbox()) === 0);
    },
  );

  test("an event that comes twice is handled once", async () => {
    const event = await database.transact(caller, (tx) => emit(tx, caller, { ...about, type: "note.twice" }));
    let times = 0;
    const handle = () =>
      handleOnce(database, { consumer: "reader", event }, async () => {
        times += 1;
      });
    expect([await handle(), await handle()]).toEqual([true, false]);
    expect(times).toBe(1);
    const failing = handleOnce(database, { consumer: "other", event }, async () => {
      throw new Error("not today");
    });
    await failing.catch(() => {});
    expect(await handleOnce(database, { consumer: "other", event }, async () => {})).toBe(true);
  });
});

async function runUntilKilled(when: string): Promise<void> {
  const roles = ["mycelium_diary", "mycelium_bus", "mycelium_system"];
  const urls = Object.fromEntries(roles.map((role) => [role, server.roleUrl("diary", role)]));
  const fixture = join(import.meta.dir, "killed.fixture.ts");
  const child = Bun.spawn([process.execPath, fixture, when, JSON.stringify(urls)], { stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toMatch(/committed|published/);
  child.kill(9);
  await child.exited;
}

function countOutbox(): Promise<number> {
  return withClient(server.ownerUrl("diary"), async (client) => {
    const { rows } = await client.query<{ count: number }>("SELECT count(*)::int AS count FROM diary.outbox");
    return rows[0]?.count ?? 0;
  });
}
