import { type DatabaseServer, withClient } from "../database-server.ts";
import { groupByServer } from "../migrate/group-by-server.ts";
import { withMigrationLock } from "../migrate/migration-lock.ts";
import { checkName, coreSchema } from "../names.ts";

/** Everything that is in them; the roles stay. */
export async function dropSchemas(server: DatabaseServer, schemas: readonly string[]): Promise<void> {
  for (const [url, names] of groupByServer(server, schemas)) {
    await withClient(url, (client) =>
      withMigrationLock(client, async () => {
        for (const name of new Set([...names, coreSchema])) {
          await client.query(`DROP SCHEMA IF EXISTS ${checkName(name)} CASCADE`);
        }
      }),
    );
  }
}
