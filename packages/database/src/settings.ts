import { join } from "node:path";
import { DatabaseError } from "./errors.ts";

export interface DatabaseSettings {
  /** Where the embedded server keeps its files. */
  folder: string;
  /** Of the embedded server; 0 takes a free one. */
  port: number;
  /** The owner's connection, from DATABASE_URL; the embedded server when undefined. */
  url: string | undefined;
  /** DATABASE_URL_<SCHEMA>, by schema: for a schema that has a server of its own. */
  urls: ReadonlyMap<string, string>;
  /** What the passwords of the roles are made from. */
  roleSecret: string | undefined;
  /** The pools of one process together. */
  connectionsMax: number;
  /** Processes that run at once, each with pools of its own. */
  replicas: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readDatabaseSettings(environment: Environment, root: string): DatabaseSettings {
  const urls = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    const schema = /^DATABASE_URL_(\w+)$/.exec(name)?.[1];
    if (schema && value) urls.set(schema.toLowerCase(), checkUrl(name, value));
  }
  const url = environment.DATABASE_URL ? checkUrl("DATABASE_URL", environment.DATABASE_URL) : undefined;
  const roleSecret = environment.DATABASE_ROLE_SECRET || undefined;
  if (environment.NODE_ENV === "production" && roleSecret === undefined) {
    throw new DatabaseError("BAD_SETTING", "NODE_ENV=production needs DATABASE_ROLE_SECRET");
  }
  return {
    folder: environment.POSTGRES_FOLDER || join(environment.MYCELIUM_DATA || join(root, ".data"), "postgres"),
    port: readNumber(environment, "POSTGRES_PORT", { fallback: 0, min: 0, max: 65_535 }),
    url,
    urls,
    roleSecret,
    connectionsMax: readNumber(environment, "DATABASE_CONNECTIONS", { fallback: 100, min: 1, max: 10_000 }),
    replicas: readNumber(environment, "DATABASE_REPLICAS", { fallback: 1, min: 1, max: 1_000 }),
  };
}

function checkUrl(name: string, value: string): string {
  const isPostgres = URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol);
  // The value itself holds a password.
  if (!isPostgres) throw new DatabaseError("BAD_SETTING", `${name} is no postgres:// address`);
  return value;
}

function readNumber(
  environment: Environment,
  name: string,
  { fallback, min, max }: { fallback: number; min: number; max: number },
): number {
  const text = environment[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new DatabaseError("BAD_SETTING", `${name} must be a whole number from ${min} to ${max}`);
}
