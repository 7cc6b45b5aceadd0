import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { type DatabaseServer, withClient } from "../database-server.ts";
import { groupByServer } from "../migrate/group-by-server.ts";
import { type Applied, migrationStatus } from "../migrate/migrate.ts";
import { listSequences, listTables, type SequenceValue } from "./catalog.ts";

export const backupFormat = "mycelium-backup/1";
/** COPY's own end mark: its text format writes a backslash in a value as two. */
export const endOfTable = "\\.";

export interface BackupHeader {
  format: typeof backupFormat;
  createdAt: string;
  migrations: Applied[];
}

/** A line of JSON before each table's rows. */
export interface TableHeader {
  table: string;
  columns: string[];
}

export interface SequencesLine {
  sequences: SequenceValue[];
}

/**
 * Writes every schema's rows into one file, each server's as they were at one moment. It needs no pg_dump, and the file
 * goes back into any server of any version that this code runs on. Answers how many tables it holds.
 */
export async function backup(options: {
  server: DatabaseServer;
  folder: string;
  schemas: readonly string[];
  file: string;
}): Promise<number> {
  const { server, folder, schemas, file } = options;
  const status = await migrationStatus({ server, folder, schemas });
  const migrations = status
    .filter(({ state }) => state !== "pending")
    .map(({ schema, name }) => ({ schema, name }));
  const header: BackupHeader = { format: backupFormat, createdAt: new Date().toISOString(), migrations };
  // Moved in whole, so that a backup that broke off is not taken for one.
  const part = `${file}.part`;
  const gzip = createGzip();
  const written = pipeline(gzip, createWriteStream(part, { mode: 0o600 }));
  // Heard below; until then a failed write must not count as an error that nobody hears.
  written.catch(() => {});
  const write = async (chunk: string | Buffer) => {
    if (!gzip.write(chunk)) await once(gzip, "drain");
  };
  let tables = 0;
  try {
    await write(`${JSON.stringify(header)}\n`);
    for (const [url, names] of groupByServer(server, schemas))
      tables += await writeServer({ url, names, write });
    gzip.end();
    await written;
    await rename(part, file);
    return tables;
  } finally {
    gzip.destroy();
    await rm(part, { force: true });
  }
}

type Write = (chunk: string | Buffer) => Promise<void>;

function writeServer({ url, names, write }: { url: string; names: string[]; write: Write }): Promise<number> {
  return withClient(url, async (client) => {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const tables = await listTables(client, names);
    for (const table of tables) await writeTable(client, table, write);
    const sequences: SequencesLine = { sequences: await listSequences(client, names) };
    await write(`${JSON.stringify(sequences)}\n`);
    await client.query("COMMIT");
    return tables.length;
  });
}

async function writeTable(client: pg.Client, { table, columns }: TableHeader, write: Write): Promise<void> {
  await write(`${JSON.stringify({ table, columns })}\n`);
  for await (const chunk of client.query(copyTo(`COPY ${table} (${columns.join(", ")}) TO STDOUT`))) {
    await write(chunk as Buffer);
  }
  await write(`${endOfTable}\n`);
}
