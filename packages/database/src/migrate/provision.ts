import { createHash } from "node:crypto";
import pg from "pg";
import { DatabaseError } from "../errors.ts";
import { busRole, coreSchema, roleOf, systemRole } from "../names.ts";

/** Limits of every role; a statement that wants more time says so itself with SET LOCAL. */
const roleSettings = {
  statement_timeout: "15s",
  lock_timeout: "5s",
  idle_in_transaction_session_timeout: "15s",
};

/** What must be there before any migration can run. */
export async function provisionCore(client: pg.Client, passwordOf: (role: string) => string): Promise<void> {
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS ${coreSchema};
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    CREATE TABLE IF NOT EXISTS ${coreSchema}.migrations (
      schema text NOT NULL,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (schema, name)
    );
    CREATE TABLE IF NOT EXISTS ${coreSchema}.roles (name text PRIMARY KEY, password_digest text NOT NULL);
  `);
  for (const role of [systemRole, busRole]) await provisionRole(client, role, passwordOf(role));
  await client.query(`GRANT USAGE ON SCHEMA ${coreSchema} TO ${systemRole}`);
}

/** The schema, and the role that has rights in it alone: neither owner nor superuser, and under row-level security. */
export async function provisionSchema(client: pg.Client, schema: string, password: string): Promise<void> {
  const role = roleOf(schema);
  await provisionRole(client, role, password);
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS ${schema};
    ALTER ROLE ${role} SET search_path = ${schema};
    GRANT USAGE ON SCHEMA ${schema}, ${coreSchema} TO ${role};
    GRANT USAGE ON SCHEMA ${schema} TO ${systemRole};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema}
      GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role}, ${systemRole};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES TO ${role}, ${systemRole};
  `);
}

async function provisionRole(client: pg.Client, role: string, password: string): Promise<void> {
  const digest = createHash("sha256").update(password).digest("hex");
  const known = await client.query(
    `SELECT 1 FROM ${coreSchema}.roles WHERE name = $1 AND password_digest = $2`,
    [role, digest],
  );
  const exists = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [role]);
  if (known.rowCount && exists.rowCount) return;
  const options = `LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS
    PASSWORD ${pg.escapeLiteral(password)}`;
  // Roles belong to the whole server, the lock to one database: another database's process may be as far.
  await client
    .query(`${exists.rowCount ? "ALTER" : "CREATE"} ROLE ${role} ${options}`)
    .catch(refuseMissingRights);
  for (const [name, value] of Object.entries(roleSettings)) {
    await client.query(`ALTER ROLE ${role} SET ${name} = '${value}'`).catch(ignoreConcurrent);
  }
  await client.query(
    `INSERT INTO ${coreSchema}.roles VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET password_digest = $2`,
    [role, digest],
  );
}

function refuseMissingRights(error: pg.DatabaseError): void {
  if (error.code === "42501") throw new DatabaseError("NO_RIGHTS", error.message);
  ignoreConcurrent(error);
}

function ignoreConcurrent(error: pg.DatabaseError): void {
  const sameRole = error.code === "42710" || error.code === "23505";
  if (!sameRole && !error.message.includes("tuple concurrently")) throw error;
}
