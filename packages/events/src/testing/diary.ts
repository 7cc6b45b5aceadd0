import { cpSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseServer } from "@mycelium/database";
import { type MigrationFolder, makeMigrationFolder } from "@mycelium/database/testing";
import { sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";

export const notes = pgTable("notes", {
  id: text().primaryKey(),
  tenantId: text("tenant_id").notNull().default(sql`mycelium.tenant_id()`),
});

/** A schema with an outbox, for the tests of events. */
export function makeDiaryMigrations(): MigrationFolder {
  const folder = makeMigrationFolder();
  const bus = join(import.meta.dirname, "../../../../drizzle/bus");
  cpSync(bus, join(folder.path, "bus"), { recursive: true });
  folder.write("diary/0001_notes", {
    up: `CREATE TABLE notes (id text PRIMARY KEY, tenant_id text NOT NULL DEFAULT mycelium.tenant_id());
      SELECT mycelium.protect('notes');
      SELECT mycelium.create_event_tables('diary');`,
  });
  return folder;
}

/** The server of another process, from what that was given on its command line. */
export function serverFromUrl(ownerUrl: string, roleUrls: Record<string, string>): DatabaseServer {
  const close = async () => {};
  return {
    ownerUrl: () => ownerUrl,
    roleUrl: (_schema, role) => roleUrls[role] ?? "",
    rolePassword: () => "",
    close,
    [Symbol.asyncDispose]: close,
  };
}
