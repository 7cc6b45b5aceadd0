import type pg from "pg";
import { type DatabaseServer, withClient } from "../database-server.ts";
import { roleOf } from "../names.ts";

export interface IsolationOptions {
  server: DatabaseServer;
  schema: string;
  /** Tables that hold no tenant's data, such as currencies. */
  shared?: readonly string[];
  /** Rows for tables in which a made-up row would break a CHECK: column to value. */
  samples?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Relation {
  name: string;
  kind: "r" | "p" | "v" | "m" | "f";
  secured: boolean;
  policies: number;
  invoker: boolean;
  readable: boolean;
  tenantColumn: string | null;
  owned: boolean;
}

/**
 * Tries every table of a schema as another tenant, and says in words what is wrong. Empty when a tenant can neither
 * see, change, remove nor add another tenant's rows, in any table, view or partition.
 */
export async function findTenantLeaks(options: IsolationOptions): Promise<string[]> {
  const { server, schema, shared = [] } = options;
  const url = server.ownerUrl(schema);
  return withClient(url, async (owner) => {
    const leaks = await findLooseRole(owner, roleOf(schema));
    for (const relation of await readRelations(owner, schema)) {
      if (shared.includes(relation.name)) continue;
      const structural = findStructuralLeak(relation);
      if (structural !== undefined) leaks.push(`${schema}.${relation.name}: ${structural}`);
      else if (relation.tenantColumn !== null && "rp".includes(relation.kind)) {
        leaks.push(...(await tryAsAnotherTenant(owner, options, relation)));
      }
    }
    return leaks;
  });
}

async function findLooseRole(owner: pg.Client, role: string): Promise<string[]> {
  const { rows } = await owner.query(
    `SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS loose FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  return rows[0]?.loose === false
    ? []
    : [`${role} does not exist or may do more than a subgraph's role should`];
}

async function readRelations(owner: pg.Client, schema: string): Promise<Relation[]> {
  const { rows } = await owner.query<Relation>(
    `SELECT c.relname AS name, c.relkind AS kind, c.relrowsecurity AS secured,
       (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
       coalesce('security_invoker=true' = ANY (c.reloptions) OR 'security_invoker=on' = ANY (c.reloptions), false)
         AS invoker,
       has_table_privilege($2, c.oid, 'SELECT,INSERT,UPDATE,DELETE') AS readable,
       pg_get_userbyid(c.relowner) = $2 AS owned,
       (SELECT a.attname FROM pg_policy p
          JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
            AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid > 0
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
          WHERE p.polrelid = c.oid AND p.polname = 'tenant_isolation' LIMIT 1) AS "tenantColumn"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname`,
    [schema, roleOf(schema)],
  );
  return rows;
}

function findStructuralLeak(relation: Relation): string | undefined {
  if (relation.owned) return "its owner is the subgraph's own role, which no policy holds";
  if (!relation.readable) return undefined;
  switch (relation.kind) {
    case "v":
      return relation.invoker ? undefined : "a view without security_invoker shows every tenant's rows";
    case "m":
      return "a materialized view has no policies: revoke the role's rights and read it through a function or view";
    case "f":
      return "a foreign table has no policies";
    default:
      if (!relation.secured) return "no row-level security (SELECT mycelium.protect('…'))";
      return relation.tenantColumn === null ? "no policy called tenant_isolation" : undefined;
  }
}

const tenantA = "isolation-a";
const tenantB = "isolation-b";

async function tryAsAnotherTenant(
  owner: pg.Client,
  { server, schema, samples = {} }: IsolationOptions,
  { name, tenantColumn }: Relation,
): Promise<string[]> {
  const table = `${schema}."${name}"`;
  const row = await putRow(owner, { schema, name, row: { ...samples[name], [tenantColumn ?? ""]: tenantA } });
  if (typeof row === "string") return [`${table}: give a sample, a made-up row does not fit (${row})`];
  const leaks: string[] = [];
  await withClient(server.roleUrl(schema, roleOf(schema)), async (client) => {
    for (const tenant of [tenantB, undefined]) {
      const who = tenant ?? "no tenant at all";
      const rows = async (sql: string) => (await tryStatement(client, { tenant, sql })).rows;
      if (await rows(`SELECT 1 FROM ${table} WHERE "${tenantColumn}" = '${tenantA}'`))
        leaks.push(`${table}: ${who} reads`);
      const update = `UPDATE ${table} SET "${tenantColumn}" = "${tenantColumn}" WHERE "${tenantColumn}" = '${tenantA}'`;
      if (await rows(update)) leaks.push(`${table}: ${who} updates`);
      if (await rows(`DELETE FROM ${table} WHERE "${tenantColumn}" = '${tenantA}'`))
        leaks.push(`${table}: ${who} deletes`);
      const insert = await tryStatement(client, { tenant, sql: row.insertSql, values: [row.json] });
      // 42501: refused by a policy or for want of the right. Anything else means that the policy let it pass.
      if (insert.code !== "42501")
        leaks.push(`${table}: ${who} adds a row for ${tenantA} (${insert.code ?? "done"})`);
    }
  });
  await owner.query("BEGIN; SET LOCAL session_replication_role = replica");
  await owner.query(`DELETE FROM ${table} WHERE "${tenantColumn}" = '${tenantA}'`);
  await owner.query("COMMIT");
  return leaks;
}

async function tryStatement(
  client: pg.Client,
  { tenant, sql, values }: { tenant: string | undefined; sql: string; values?: unknown[] },
): Promise<{ rows: number; code?: string }> {
  await client.query(tenant ? `BEGIN; SET LOCAL app.tenant_id = '${tenant}'` : "BEGIN");
  try {
    return { rows: (await client.query(sql, values)).rowCount ?? 0 };
  } catch (error) {
    return { rows: 0, code: (error as pg.DatabaseError).code ?? "unknown" };
  } finally {
    await client.query("ROLLBACK");
  }
}

/** Foreign keys are not looked at while it is written: the row needs no others. */
async function putRow(
  owner: pg.Client,
  { schema, name, row }: { schema: string; name: string; row: Record<string, unknown> },
): Promise<{ insertSql: string; json: string } | string> {
  const { rows: columns } = await owner.query<{
    name: string;
    type: string;
    label: string | null;
    needed: boolean;
  }>(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = a.atttypid ORDER BY e.enumsortorder LIMIT 1) AS label,
       a.attnotnull AND (NOT a.atthasdef) AND a.attidentity = '' AS needed
     FROM pg_attribute a
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`,
    [`${schema}."${name}"`],
  );
  const made: Record<string, unknown> = {};
  for (const { name: column, type, label, needed } of columns)
    if (needed) made[column] = label ?? plainValue(type);
  const whole = { ...made, ...row };
  const names = Object.keys(whole).map((column) => `"${column}"`);
  const insertSql = `INSERT INTO ${schema}."${name}" (${names.join(", ")}) OVERRIDING SYSTEM VALUE
    SELECT ${names.join(", ")} FROM jsonb_populate_record(NULL::${schema}."${name}", $1::jsonb)`;
  const json = JSON.stringify(whole);
  try {
    await owner.query("BEGIN; SET LOCAL session_replication_role = replica");
    await owner.query(insertSql, [json]);
    await owner.query("COMMIT");
    return { insertSql, json };
  } catch (error) {
    await owner.query("ROLLBACK");
    return (error as Error).message;
  }
}

function plainValue(type: string): unknown {
  if (type.endsWith("[]")) return [];
  if (/^(smallint|integer|bigint|numeric|real|double)/.test(type)) return 1;
  if (/^(timestamp|date)/.test(type)) return "2026-01-01T00:00:00Z";
  if (type === "boolean") return true;
  if (type === "uuid") return crypto.randomUUID();
  if (/^jsonb?$/.test(type)) return {};
  if (type === "bytea") return "\\x00";
  if (type === "inet") return "127.0.0.1";
  return "isolation";
}
