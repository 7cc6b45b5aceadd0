import type pg from "pg";
import { type DatabaseServer, withClient } from "../database-server.ts";
import { DatabaseError } from "../errors.ts";
import { coreSchema, roleOf } from "../names.ts";
import { groupByServer } from "./group-by-server.ts";
import { withMigrationLock } from "./migration-lock.ts";
import { provisionCore, provisionSchema } from "./provision.ts";
import { listSchemas, type Migration, readMigrations, type Script } from "./read-migrations.ts";

export interface MigrateOptions {
  server: DatabaseServer;
  /** Holds a folder for each schema. */
  folder: string;
  /** All of them by default. */
  schemas?: readonly string[];
  /** Those to run, as `<schema>/<name>`; all that are missing by default. */
  only?: ReadonlySet<string>;
}

export interface Applied {
  schema: string;
  name: string;
}

/** Brings roles, schemas and tables to what the folder says, and says which migrations it ran. */
export async function migrate({ server, folder, schemas, only }: MigrateOptions): Promise<Applied[]> {
  const wanted = [...new Set([coreSchema, ...(schemas ?? listSchemas(folder))])];
  const applied: Applied[] = [];
  for (const [url, names] of groupByServer(server, wanted)) {
    await withClient(url, (client) =>
      withMigrationLock(client, async () => {
        await provisionCore(client, (role) => server.rolePassword(names[0] ?? coreSchema, role));
        for (const schema of [...new Set([coreSchema, ...names])]) {
          if (schema !== coreSchema) {
            await provisionSchema(client, schema, server.rolePassword(schema, roleOf(schema)));
          }
          applied.push(
            ...(await applyMissing(client, { migrations: readMigrations(folder, schema), schema, only })),
          );
        }
      }),
    );
  }
  return applied;
}

/** Takes the last `steps` migrations of a schema back, the newest first. */
export async function rollback(options: {
  server: DatabaseServer;
  folder: string;
  schema: string;
  steps: number;
}): Promise<Applied[]> {
  const { server, folder, schema, steps } = options;
  const known = new Map(readMigrations(folder, schema).map((migration) => [migration.name, migration]));
  return withClient(server.ownerUrl(schema), (client) =>
    withMigrationLock(client, async () => {
      const names = [...(await readApplied(client, schema)).keys()].sort().reverse().slice(0, steps);
      for (const name of names) {
        const migration = known.get(name);
        if (!migration) throw new DatabaseError("BAD_MIGRATION", `${schema}/${name} has no files here`);
        await run(client, migration, "down");
      }
      return names.map((name) => ({ schema, name }));
    }),
  );
}

export interface MigrationStatus extends Applied {
  state: "applied" | "pending" | "changed" | "unknown";
}

export async function migrationStatus({
  server,
  folder,
  schemas,
}: MigrateOptions): Promise<MigrationStatus[]> {
  const status: MigrationStatus[] = [];
  for (const schema of schemas ?? listSchemas(folder)) {
    const migrations = readMigrations(folder, schema);
    const applied = await withClient(server.ownerUrl(schema), async (client) => {
      const { rows } = await client.query("SELECT to_regclass($1) AS found", [`${coreSchema}.migrations`]);
      return rows[0].found === null ? new Map<string, string>() : readApplied(client, schema);
    });
    for (const { name, checksum } of migrations) {
      const found = applied.get(name);
      const state = found === undefined ? "pending" : found === checksum ? "applied" : "changed";
      status.push({ schema, name, state });
    }
    const files = new Set(migrations.map(({ name }) => name));
    for (const name of applied.keys()) if (!files.has(name)) status.push({ schema, name, state: "unknown" });
  }
  return status;
}

async function applyMissing(
  client: pg.Client,
  {
    migrations,
    schema,
    only,
  }: { migrations: Migration[]; schema: string; only: ReadonlySet<string> | undefined },
): Promise<Applied[]> {
  const applied = await readApplied(client, schema);
  const missing: Migration[] = [];
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    const wanted = only?.has(`${schema}/${migration.name}`) ?? true;
    if (checksum === undefined && wanted) missing.push(migration);
    else if (checksum !== undefined && checksum !== migration.checksum) {
      throw new DatabaseError(
        "BAD_MIGRATION",
        `${schema}/${migration.name} was changed after it ran; add a new one`,
      );
    }
  }
  for (const migration of missing) await run(client, migration, "up");
  return missing.map(({ name }) => ({ schema, name }));
}

async function readApplied(client: pg.Client, schema: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `SELECT name, checksum FROM ${coreSchema}.migrations WHERE schema = $1 ORDER BY name`,
    [schema],
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

async function run(client: pg.Client, migration: Migration, direction: "up" | "down"): Promise<void> {
  const { schema, name, checksum } = migration;
  const script = migration[direction];
  try {
    if (script.transactional) await client.query("BEGIN");
    await client.query(`SET search_path = ${schema}`);
    await runScript(client, script);
    if (direction === "up") {
      await client.query(`INSERT INTO ${coreSchema}.migrations VALUES ($1, $2, $3)`, [
        schema,
        name,
        checksum,
      ]);
    } else {
      await client.query(`DELETE FROM ${coreSchema}.migrations WHERE schema = $1 AND name = $2`, [
        schema,
        name,
      ]);
    }
    if (script.transactional) await client.query("COMMIT");
  } catch (error) {
    if (script.transactional) await client.query("ROLLBACK").catch(() => {});
    throw new DatabaseError("MIGRATION_FAILED", `${schema}/${name}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await client.query("RESET search_path").catch(() => {});
  }
}

/** Outside a transaction each statement stands alone, so a script that broke off must be one that can be repeated. */
async function runScript(client: pg.Client, { statements }: Script): Promise<void> {
  for (const statement of statements) await client.query(statement);
}
