import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withClient } from "../database-server.ts";
import { readPidFile } from "./pid-file.ts";
import { startEmbedded } from "./start-embedded.ts";

const folder = mkdtempSync(join(tmpdir(), "mycelium-embedded-"));
const dataFolder = join(folder, "data");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (port = 0) => startEmbedded({ folder, port });
const count = (url: string) =>
  withClient(url, async (client) => (await client.query("SELECT * FROM kept")).rowCount);

describe("the embedded server", () => {
  test("keeps its data over a stop, and is joined rather than started twice", async () => {
    const first = await start();
    await withClient(first.url, (client) => client.query("CREATE TABLE kept AS SELECT 1"));
    const second = await start();
    expect([first.owned, second.owned, second.url]).toEqual([true, false, first.url]);
    await second.close();
    expect(await count(first.url)).toBe(1);
    await first.close();
    const again = await start();
    expect(await count(again.url)).toBe(1);
    await again.close();
  }, 60_000);

  test("recovers from a server that was killed", async () => {
    const killed = await start();
    process.kill(readPidFile(dataFolder)!.pid, "SIGKILL");
    await killed.close();
    expect(readPidFile(dataFolder)).toBeDefined();
    await using server = await start();
    expect(await count(server.url)).toBe(1);
  }, 60_000);

  test("takes no other process for its server, whose pid stands in a stale file", async () => {
    const other = Bun.spawn(["sleep", "60"]);
    const lines = [other.pid, dataFolder, 1, 1, "", "127.0.0.1", "", "ready"];
    writeFileSync(join(dataFolder, "postmaster.pid"), `${lines.join("\n")}\n`);
    await using server = await start();
    expect(await count(server.url)).toBe(1);
    other.kill();
  }, 60_000);

  test("stops by itself when the process that started it is killed", async () => {
    const fixture = join(import.meta.dir, "start-embedded.fixture.ts");
    const child = Bun.spawn([process.execPath, fixture, folder], { stdout: "pipe" });
    await child.stdout.getReader().read();
    child.kill(9);
    await child.exited;
    while (readPidFile(dataFolder)) await Bun.sleep(20);
    await using server = await start();
    expect(await count(server.url)).toBe(1);
  }, 60_000);

  test("says in one line that its port is in use", async () => {
    const blocker = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    const port = blocker.port ?? 0;
    expect(start(port)).rejects.toThrow(
      `The port of the embedded Postgres is in use: set POSTGRES_PORT: ${port}`,
    );
    await start(port).catch(() => {});
    blocker.stop(true);
  }, 60_000);

  test("says in one line that its folder is of another version", async () => {
    const file = join(dataFolder, "PG_VERSION");
    const version = readFileSync(file, "utf8");
    writeFileSync(file, "12\n");
    expect(start()).rejects.toThrow("written by another major version of Postgres");
    writeFileSync(file, version);
  }, 60_000);
});
