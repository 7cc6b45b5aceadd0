import type pg from "pg";

export interface TableCopy {
  /** Quoted, with its schema. */
  table: string;
  columns: string[];
}

/** Set up by `migrate` itself on restore. */
const bookkeeping = ["mycelium.roles", "mycelium.migrations"];

/** Tables with rows of their own: partitions rather than what they are parts of. */
export async function listTables(client: pg.Client, schemas: readonly string[]): Promise<TableCopy[]> {
  const { rows } = await client.query<TableCopy>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS table,
       array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns
     FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relkind = 'r' AND n.nspname = ANY ($1) GROUP BY n.nspname, c.relname ORDER BY 1`,
    [schemas],
  );
  return rows.filter(({ table }) => !bookkeeping.includes(table));
}

export interface SequenceValue {
  sequence: string;
  value: string | null;
}

export async function listSequences(client: pg.Client, schemas: readonly string[]): Promise<SequenceValue[]> {
  const { rows } = await client.query<SequenceValue>(
    `SELECT format('%I.%I', schemaname, sequencename) AS sequence, last_value::text AS value
     FROM pg_sequences WHERE schemaname = ANY ($1) ORDER BY 1`,
    [schemas],
  );
  return rows;
}

export async function listMaterializedViews(
  client: pg.Client,
  schemas: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ view: string }>(
    `SELECT format('%I.%I', schemaname, matviewname) AS view FROM pg_matviews WHERE schemaname = ANY ($1) ORDER BY 1`,
    [schemas],
  );
  return rows.map(({ view }) => view);
}
