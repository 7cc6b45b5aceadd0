import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { type Database, type DatabaseServer, openDatabase, withClient } from "@mycelium/database";
import { eventually, makeMigrationFolder, testServer } from "@mycelium/database/testing";
import { enqueue, type JobDefinition, type JobRun, prepareJobs, startJobs } from "./index.ts";

const migrations = makeMigrationFolder();
cpSync(join(import.meta.dir, "../../../drizzle/jobs"), join(migrations.path, "jobs"), { recursive: true });
migrations.write("diary/0001_diary", { up: "CREATE TABLE nothing (id integer);" });

let server: DatabaseServer;
let database: Database;
beforeAll(async () => {
  server = await testServer({ folder: migrations.path });
  await prepareJobs(server);
  database = openDatabase({ server, schema: "diary", tables: {} });
});
afterAll(async () => {
  await database.close();
  migrations[Symbol.dispose]();
});

const vino = { tenantId: "vino", userId: "user-1", requestId: "request-1" };

function start(...definitions: JobDefinition[]) {
  return startJobs({ server, definitions, pollMs: 50 });
}

describe("a job", () => {
  test("runs with its payload, for the tenant whose transaction added it", async () => {
    const runs: [unknown, JobRun][] = [];
    await using _ = await start({ name: "diary.note", run: async (...run) => void runs.push(run) });
    const id = await database.transact(vino, (tx) =>
      enqueue(tx, { name: "diary.note" }, { payload: { n: 1 } }),
    );
    await eventually(() => runs.length === 1);
    expect(runs[0]).toMatchObject([{ n: 1 }, { id, attempt: 1, session: vino }]);
  });

  test("is never there when its transaction did not commit", async () => {
    const runs: unknown[] = [];
    await using _ = await start({ name: "diary.note", run: async (payload) => void runs.push(payload) });
    const broken = database.transact(vino, async (tx) => {
      await enqueue(tx, { name: "diary.note" }, { payload: "taken back" });
      throw new Error("rolled back");
    });
    await broken.catch(() => {});
    await database.transact(vino, (tx) => enqueue(tx, { name: "diary.note" }, { payload: "kept" }));
    await eventually(() => runs.length > 0);
    expect(runs).toEqual(["kept"]);
  });

  test("of another subgraph cannot be added", async () => {
    const adding = database.transact(vino, (tx) => enqueue(tx, { name: "payments.refund" }, { payload: {} }));
    const error = await adding.catch((thrown: Error) => thrown);
    expect(String((error as Error).cause)).toContain("mycelium_diary may not add jobs of payments.refund");
  });

  test("that fails goes on after its finished steps, with the same key", async () => {
    const calls: string[] = [];
    await using jobs = await start({
      name: "diary.steps",
      async run(_payload, job) {
        const first = await job.step("first", async (key) => {
          calls.push(key);
          return { answer: 42 };
        });
        await job.step("second", async (key) => {
          calls.push(key);
          if (job.attempt === 1) throw new Error("not yet");
          return first;
        });
      },
    });
    const id = await database.transact(vino, (tx) => enqueue(tx, { name: "diary.steps" }, { payload: {} }));
    await eventually(() => calls.length === 2);
    await eventually(async () => {
      await jobs.revive([id]);
      return calls.length > 2;
    });
    expect(calls).toEqual([`job-${id}-first`, `job-${id}-second`, `job-${id}-second`]);
  });

  test("that fails as often as it may is kept as dead, with its reason, until it is revived or dropped", async () => {
    let fails = true;
    let runs = 0;
    await using jobs = await start({
      name: "diary.broken",
      async run() {
        runs += 1;
        if (fails) throw new Error("the printer is on fire");
      },
    });
    const add = () =>
      database.transact(vino, (tx) => enqueue(tx, { name: "diary.broken" }, { payload: {}, attemptsMax: 1 }));
    const [revived, dropped] = [await add(), await add()];
    await eventually(async () => (await jobs.dead()).length === 2);
    expect(await jobs.dead()).toContainEqual(
      expect.objectContaining({
        id: revived,
        task: "diary.broken",
        attempts: 1,
        error: "the printer is on fire",
      }),
    );
    fails = false;
    expect(await jobs.drop([dropped])).toBe(1);
    expect(await jobs.revive([revived])).toBe(1);
    await eventually(() => runs === 3);
    expect(await jobs.dead()).toEqual([]);
  });
});

test("a job of a process that was killed goes on at once in another, after the steps it had finished", async () => {
  const child = Bun.spawn(
    [
      process.execPath,
      join(import.meta.dir, "killed-worker.fixture.ts"),
      ...[server.ownerUrl("jobs"), server.roleUrl("jobs", "mycelium_jobs")],
    ],
    { stdout: "pipe" },
  );
  await database.transact(vino, (tx) => enqueue(tx, { name: "diary.long" }, { payload: {} }));
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toContain("first step done");
  child.kill(9);
  await child.exited;
  let answer: string | undefined;
  await eventually(async () => {
    const { rows } = await withClient(server.ownerUrl("jobs"), (client) =>
      client.query("SELECT 1 FROM pg_locks l JOIN jobs.pools p ON l.objid = (p.lock_key & 4294967295)::oid"),
    );
    return rows.length === 0;
  });
  await using _ = await start({
    name: "diary.long",
    async run(_payload, job) {
      answer = await job.step("first", async () => "done a second time");
    },
  });
  await eventually(() => answer !== undefined);
  expect(answer).toBe("of the process that died");
});
