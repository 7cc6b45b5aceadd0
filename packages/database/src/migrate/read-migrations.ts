import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseError } from "../errors.ts";
import { checkName, coreSchema } from "../names.ts";

export interface Migration {
  schema: string;
  /** NNNN_name, as its folder is called. */
  name: string;
  up: Script;
  down: Script;
  checksum: string;
}

export interface Script {
  /** More than one only outside a transaction. */
  statements: string[];
  transactional: boolean;
}

/** The first line of a script that cannot run in a transaction, such as CREATE INDEX CONCURRENTLY. */
const outsideMark = "-- no transaction";
/** Separates the statements of such a script; Drizzle's own mark. */
const breakpoint = "--> statement-breakpoint";

/** Each folder of `folder` is a schema; the one that the others stand on comes first. */
export function listSchemas(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const others = names.map(({ name }) => checkName(name)).filter((name) => name !== coreSchema);
  return [coreSchema, ...others.sort()];
}

export function readMigrations(folder: string, schema: string): Migration[] {
  const path = join(folder, checkName(schema));
  if (!existsSync(path)) throw new DatabaseError("UNKNOWN_MODULE", schema);
  const names = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return names.map((name, index) =>
    readMigration({ path: join(path, name), schema, name, number: index + 1 }),
  );
}

function readMigration(options: { path: string; schema: string; name: string; number: number }): Migration {
  const { path, schema, name, number } = options;
  const expected = String(number).padStart(4, "0");
  if (!/^\d{4}_[a-z0-9_]+$/.test(name) || !name.startsWith(`${expected}_`)) {
    throw new DatabaseError("BAD_MIGRATION", `${schema}/${name} should be called ${expected}_<what_it_does>`);
  }
  const up = readScript(path, "up.sql");
  const checksum = createHash("sha256").update(up).digest("hex");
  return { schema, name, up: parseScript(up), down: parseScript(readScript(path, "down.sql")), checksum };
}

function readScript(path: string, file: string): string {
  const whole = join(path, file);
  if (!existsSync(whole)) throw new DatabaseError("BAD_MIGRATION", `${whole} is missing`);
  return readFileSync(whole, "utf8");
}

function parseScript(text: string): Script {
  if (!text.startsWith(outsideMark)) return { statements: [text], transactional: true };
  const statements = text.split(breakpoint).map((statement) => statement.trim());
  return { statements: statements.filter(Boolean), transactional: false };
}
