export { eventually } from "./eventually.ts";
export { type MigrationFolder, makeMigrationFolder } from "./migration-folder.ts";
export { openRolledBack } from "./rolled-back.ts";
export { findTenantLeaks, type IsolationOptions } from "./tenant-isolation.ts";
export { testCluster, testServer } from "./test-server.ts";
