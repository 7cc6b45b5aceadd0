export { backup } from "./backup/backup.ts";
export { dropSchemas } from "./backup/drop-schemas.ts";
export { restore } from "./backup/restore.ts";
export { assertConnectionBudget, type PoolClaim } from "./connection-budget.ts";
export { type DatabaseServer, openDatabaseServer, withClient } from "./database-server.ts";
export { DatabaseError, type DatabaseErrorCode, databaseErrors } from "./errors.ts";
export { type Applied, type MigrateOptions, migrate, migrationStatus, rollback } from "./migrate/migrate.ts";
export { listSchemas } from "./migrate/read-migrations.ts";
export { busRole, checkName, coreSchema, roleOf, systemRole } from "./names.ts";
export {
  type Database,
  openDatabase,
  type SystemSession,
  type Tables,
  type TenantSession,
  type Transaction,
} from "./open-database.ts";
export { openPool } from "./open-pool.ts";
export { type DatabaseSettings, readDatabaseSettings } from "./settings.ts";
