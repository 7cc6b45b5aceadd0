/** Everything that can go wrong here and that an operator or a caller can act on. */
export const databaseErrors = {
  NO_EMBEDDED_POSTGRES: "There is no embedded Postgres for this machine: set DATABASE_URL",
  DATA_FOLDER_OLD: "The data folder was written by another major version of Postgres",
  DATA_FOLDER_BUSY: "Another process holds the data folder and its Postgres does not answer",
  POSTGRES_START: "Postgres does not start or answer",
  PORT_IN_USE: "The port of the embedded Postgres is in use: set POSTGRES_PORT",
  BAD_SETTING: "A setting of the database is wrong",
  NO_RIGHTS: "The user of DATABASE_URL may not create roles and schemas",
  CONNECTION_BUDGET: "The connection pools ask for more than the server allows",
  DATABASE_BUSY: "Every connection to the database is in use",
  BAD_MIGRATION: "A migration cannot be used",
  MIGRATION_FAILED: "A migration failed",
  MIGRATION_LOCK: "Another process holds the migration lock",
  UNKNOWN_MODULE: "There is no such schema",
  BAD_BACKUP: "The backup cannot be used",
} as const;

export type DatabaseErrorCode = keyof typeof databaseErrors;

/** Its message is one line, fit for an operator's eyes; it never holds a password. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";

  constructor(
    readonly code: DatabaseErrorCode,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(detail ? `${databaseErrors[code]}: ${detail}` : databaseErrors[code], options);
  }
}
