export { createRegistry, type RegistryApp, type RegistryParts } from "./app.ts";
export { schemaName } from "./database.ts";
export * as tables from "./db/tables.ts";
export { createKey, revokeKeys } from "./keys/manage.ts";
export { openRegistry } from "./open-registry.ts";
