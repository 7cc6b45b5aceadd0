import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import {
  backup,
  DatabaseError,
  type DatabaseServer,
  dropSchemas,
  listSchemas,
  migrate,
  migrationStatus,
  openDatabaseServer,
  readDatabaseSettings,
  restore,
  rollback,
} from "@mycelium/database";
import { type HostParts, openHost } from "@mycelium/host";
import { prepareJobs } from "@mycelium/jobs";
import { root } from "./run-command.ts";

const usage = `npm run db -- <command>

  migrate                       bring every schema to what drizzle/ says
  rollback <schema> [--steps N] take a schema's last migrations back
  status                        which migrations have run
  seed                          put each subgraph's demo data in, once
  reset --yes                   drop every schema, migrate and seed
  backup [FILE]                 every schema's rows into one file
  restore FILE --yes            drop every schema and put a backup in its place

The embedded Postgres of this checkout, or DATABASE_URL and DATABASE_URL_<SCHEMA>.`;

const folder = join(root, "drizzle");
const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "1" },
    yes: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [command = "", target] = positionals;

const commands: Readonly<Record<string, (server: DatabaseServer) => Promise<void>>> = {
  migrate: migrateAll,
  async rollback(server) {
    const schema = required(target, "the schema");
    const steps = Number(values.steps);
    if (!Number.isInteger(steps) || steps < 1) throw new UsageError("--steps must be 1 or more");
    const undone = await rollback({ server, folder, schema, steps });
    for (const { name } of undone) console.log(`took back ${schema}/${name}`);
    if (undone.length === 0) console.log(`${schema} has no migration to take back`);
  },
  async status(server) {
    const rows = await migrationStatus({ server, folder });
    for (const { schema, name, state } of rows) console.log(`${state.padEnd(8)} ${schema}/${name}`);
    if (rows.some(({ state }) => state !== "applied")) process.exitCode = 1;
  },
  seed,
  async reset(server) {
    confirmLoss();
    await dropSchemas(server, listSchemas(folder));
    await migrateAll(server);
    await seed(server);
  },
  async backup(server) {
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
    const file = target ?? join(root, ".data", "backups", `${stamp}.gz`);
    await mkdir(dirname(file), { recursive: true });
    const tables = await backup({ server, folder, schemas: listSchemas(folder), file });
    console.log(`wrote ${tables} tables to ${file}`);
  },
  async restore(server) {
    const file = required(target, "the file");
    if (!existsSync(file)) throw new UsageError(`there is no ${file}`);
    confirmLoss();
    const afterMigrate = () => prepareJobs(server);
    const tables = await restore({ server, folder, schemas: listSchemas(folder), file, afterMigrate });
    console.log(`filled ${tables} tables from ${file}`);
  },
};

class UsageError extends Error {}

await main();

async function main(): Promise<void> {
  const run = commands[command];
  if (values.help || !run) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  try {
    await using server = await openDatabaseServer(readDatabaseSettings(process.env, root));
    await run(server);
  } catch (error) {
    if (!(error instanceof DatabaseError || error instanceof UsageError)) throw error;
    console.error(`db ${command}: ${error.message}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

async function migrateAll(server: DatabaseServer): Promise<void> {
  const applied = await migrate({ server, folder });
  await prepareJobs(server);
  for (const { schema, name } of applied) console.log(`applied ${schema}/${name}`);
  if (applied.length === 0) console.log("every migration has run already");
}

/** Each subgraph's own `src/seed.ts`, which puts its demo data in where that is missing. */
async function seed(server: DatabaseServer): Promise<void> {
  const host = await openHost({
    environment: process.env,
    root,
    databaseServer: server,
  });
  try {
    for (const schema of listSchemas(folder)) {
      const file = join(root, "subgraphs", schema, "src/seed.ts");
      if (!existsSync(file)) continue;
      const module = (await import(file)) as { seed(parts: HostParts): Promise<void> };
      await module.seed(host.parts);
      console.log(`seeded ${schema}`);
    }
  } finally {
    await host.close();
  }
}

function confirmLoss(): void {
  if (!values.yes) throw new UsageError("this drops every schema and what is in it: say --yes");
}

function required(value: string | undefined, what: string): string {
  if (value === undefined) throw new UsageError(`say ${what}`);
  return value;
}
