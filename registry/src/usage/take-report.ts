import { sql } from "drizzle-orm";
import type { Tx } from "../database.ts";
import { operations as operationsTable } from "../db/tables.ts";
import { hashOf } from "../launch/documents.ts";
import type { UsageReport } from "./routes.ts";

/** A graph whose clients make up new operations without end has the rest of them counted as one. */
const operationsMax = 50_000;
const others = "others";

type HashedRecord = UsageReport["records"][number] & { hash: string };

interface Counted {
  operation: string;
  clientName: string;
  clientVersion: string;
  count: number;
  errors: number;
  latencyMs: number;
}

/** False for one that was taken before. Two reports at once lock their rows in the same order. */
export async function takeReport(tx: Tx, report: UsageReport): Promise<boolean> {
  const { rowCount } = await tx.execute(
    sql`INSERT INTO reports (id) VALUES (${report.batchId}) ON CONFLICT DO NOTHING`,
  );
  if (!rowCount) return false;
  const records = report.records.map((record) => ({ ...record, hash: hashOf(record.operation) }));
  const known = await storeOperations(tx, records);
  const counted = count(records, known);
  const column = <K extends keyof Counted>(key: K) => sql.param(counted.map((row) => row[key]));
  await tx.execute(sql`
    INSERT INTO usage (variant, hour, operation, client_name, client_version, count, errors, latency_ms)
    SELECT ${report.variant}, date_trunc('hour', ${report.from}::timestamptz), given.* FROM unnest(
      ${column("operation")}::text[], ${column("clientName")}::text[], ${column("clientVersion")}::text[],
      ${column("count")}::bigint[], ${column("errors")}::bigint[], ${column("latencyMs")}::float8[]) AS given
    ORDER BY 3, 4, 5
    ON CONFLICT (graph_id, variant, hour, operation, client_name, client_version) DO UPDATE SET
      count = usage.count + excluded.count, errors = usage.errors + excluded.errors,
      latency_ms = usage.latency_ms + excluded.latency_ms`);
  return true;
}

/** Answers the hash of each operation that is kept by itself. */
async function storeOperations(tx: Tx, records: readonly HashedRecord[]): Promise<ReadonlySet<string>> {
  const operations = new Map(records.map((record) => [record.hash, record]));
  const hashes = sql.param([...operations.keys()]);
  const { rows } = await tx.execute<{ hash: string }>(
    sql`SELECT hash FROM operations WHERE hash = ANY(${hashes}::text[])`,
  );
  const known = new Set(rows.map(({ hash }) => hash));
  const fresh = [...operations]
    .filter(([hash]) => !known.has(hash))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  if (fresh.length === 0) return known;
  const room = operationsMax - (await tx.$count(operationsTable));
  const rowsToKeep = fresh.slice(0, Math.max(0, room)).map(([hash, record]) => {
    const { operation: signature, operationName: name, fields, inputFields, enumValues } = record;
    const coordinates = [...new Set([...fields, ...record.arguments, ...inputFields, ...enumValues])];
    return { hash, signature, name, coordinates };
  });
  if (rowsToKeep.length > 0) await tx.insert(operationsTable).values(rowsToKeep).onConflictDoNothing();
  return new Set([...known, ...rowsToKeep.map(({ hash }) => hash)]);
}

function count(records: readonly HashedRecord[], known: ReadonlySet<string>): Counted[] {
  const counted = new Map<string, Counted>();
  for (const record of records) {
    const { hash, clientName, clientVersion } = record;
    const operation = known.has(hash) ? hash : others;
    const who = { clientName: clientName || "unknown", clientVersion: clientVersion || "" };
    const key = JSON.stringify([operation, who.clientName, who.clientVersion]);
    const before = counted.get(key) ?? { operation, ...who, count: 0, errors: 0, latencyMs: 0 };
    counted.set(key, {
      ...before,
      count: before.count + record.count,
      errors: before.errors + record.errors,
      latencyMs: before.latencyMs + record.latencyMsSum,
    });
  }
  return [...counted.values()];
}
