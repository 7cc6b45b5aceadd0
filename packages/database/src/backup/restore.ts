import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type DatabaseServer, withClient } from "../database-server.ts";
import { DatabaseError } from "../errors.ts";
import { groupByServer } from "../migrate/group-by-server.ts";
import { type Applied, migrate } from "../migrate/migrate.ts";
import {
  type BackupHeader,
  backupFormat,
  endOfTable,
  type SequencesLine,
  type TableHeader,
} from "./backup.ts";
import { listMaterializedViews, listTables } from "./catalog.ts";
import { dropSchemas } from "./drop-schemas.ts";

export interface RestoreOptions {
  server: DatabaseServer;
  folder: string;
  schemas: readonly string[];
  file: string;
  /** Sets up what is not made by migrations, before the rows come. */
  afterMigrate?: () => Promise<void>;
}

/**
 * Takes everything away and puts the backup in its place: first the tables as they were when it was made, then its
 * rows, then the migrations that have come since. Answers how many tables were filled.
 */
export async function restore(options: RestoreOptions): Promise<number> {
  const { server, folder, schemas } = options;
  const { migrations } = await readHeader(options.file);
  await dropSchemas(server, schemas);
  await migrate({
    server,
    folder,
    schemas,
    only: new Set(migrations.map(({ schema, name }) => `${schema}/${name}`)),
  });
  await options.afterMigrate?.();
  const tables = await fillTables(options);
  await migrate({ server, folder, schemas });
  return tables;
}

async function readHeader(file: string): Promise<{ migrations: Applied[] }> {
  for await (const line of readLines(file)) {
    const header = parseLine(line) as Partial<BackupHeader>;
    if (header.format !== backupFormat)
      throw new DatabaseError("BAD_BACKUP", `${file} is no ${backupFormat}`);
    return { migrations: header.migrations ?? [] };
  }
  throw new DatabaseError("BAD_BACKUP", `${file} is empty`);
}

async function fillTables({ server, schemas, file }: RestoreOptions): Promise<number> {
  const lines = readLines(file)[Symbol.asyncIterator]();
  await lines.next();
  let filled = 0;
  for (const [url, names] of groupByServer(server, schemas)) {
    filled += await withClient(url, async (client) => {
      // Without triggers and foreign keys, since tables come in the order of their names.
      await client.query("BEGIN; SET LOCAL session_replication_role = replica").catch((error: Error) => {
        throw new DatabaseError("NO_RIGHTS", `restoring takes a superuser (${error.message})`);
      });
      const tables = await listTables(client, names);
      if (tables.length > 0) await client.query(`TRUNCATE ${tables.map(({ table }) => table).join(", ")}`);
      const count = await fillServer(client, lines);
      await client.query("COMMIT");
      for (const view of await listMaterializedViews(client, names)) {
        await client.query(`REFRESH MATERIALIZED VIEW ${view}`);
      }
      return count;
    });
  }
  return filled;
}

/** Up to the line that ends a server's tables. */
async function fillServer(client: pg.Client, lines: AsyncIterator<string>): Promise<number> {
  for (let count = 0; ; count++) {
    const { value, done } = await lines.next();
    if (done) throw new DatabaseError("BAD_BACKUP", "it breaks off");
    const line = parseLine(value) as Partial<TableHeader & SequencesLine>;
    if (line.sequences) {
      for (const { sequence, value: last } of line.sequences) {
        if (last !== null) await client.query("SELECT setval($1, $2)", [sequence, last]);
      }
      return count;
    }
    if (!line.table || !line.columns) throw new DatabaseError("BAD_BACKUP", "a table is missing its head");
    const rows = Readable.from(readRows(lines));
    await pipeline(
      rows,
      client.query(copyFrom(`COPY ${line.table} (${line.columns.join(", ")}) FROM STDIN`)),
    );
  }
}

async function* readRows(lines: AsyncIterator<string>): AsyncGenerator<string> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new DatabaseError("BAD_BACKUP", "it breaks off");
    if (value === endOfTable) return;
    yield `${value}\n`;
  }
}

/** By line feeds alone, which COPY never leaves in a value; other ends of lines stay as they are. */
async function* readLines(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file);
  const plain = createGunzip();
  const read = pipeline(bytes, plain).catch(() => {});
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of plain) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    throw new DatabaseError("BAD_BACKUP", `${file}: ${(error as Error).message}`, { cause: error });
  } finally {
    bytes.destroy();
    plain.destroy();
    await read;
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new DatabaseError("BAD_BACKUP", "a line cannot be read");
  }
}
