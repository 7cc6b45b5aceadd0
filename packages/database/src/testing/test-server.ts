import { setDefaultTimeout } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DatabaseServer, ensureDatabase, openDatabaseServer } from "../database-server.ts";
import { migrate } from "../migrate/migrate.ts";
import { readDatabaseSettings } from "../settings.ts";

// The first suite waits for the server to be made; and a hook that times out makes Bun end every child of the process,
// the server of all the other suites among them.
setDefaultTimeout(60_000);

let cluster: Promise<DatabaseServer> | undefined;
let databases = 0;

/**
 * One Postgres for all suites of a test process; it goes, files and all, when the process does. TEST_DATABASE_URL
 * runs the suites against another one.
 */
export function testCluster(): Promise<DatabaseServer> {
  cluster ??= openCluster();
  return cluster;
}

/** A database of a suite's own with every schema of `folder`, or those named. */
export async function testServer(options: {
  folder: string;
  schemas?: readonly string[];
}): Promise<DatabaseServer> {
  const { ownerUrl } = await testCluster();
  databases += 1;
  const name = `test_${process.pid}_${databases}`;
  const url = await ensureDatabase(ownerUrl("mycelium"), name);
  const settings = readDatabaseSettings(
    { DATABASE_URL: url, DATABASE_ROLE_SECRET: ownerUrl("mycelium") },
    ".",
  );
  const server = await openDatabaseServer(settings);
  await migrate({ server, ...options });
  return server;
}

async function openCluster(): Promise<DatabaseServer> {
  const url = process.env.TEST_DATABASE_URL;
  const folder = url ? "" : mkdtempSync(join(tmpdir(), "mycelium-postgres-"));
  const settings = readDatabaseSettings({ DATABASE_URL: url, POSTGRES_FOLDER: folder }, ".");
  return openDatabaseServer(settings, { ephemeral: true });
}
