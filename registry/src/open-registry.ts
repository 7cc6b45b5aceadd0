import { join } from "node:path";
import { migrate, openDatabase, openDatabaseServer, readDatabaseSettings } from "@mycelium/database";
import { createRegistry, type RegistryApp } from "./app.ts";
import { type RegistryDatabase, schemaName } from "./database.ts";
import * as tables from "./db/tables.ts";
import { forgetOld } from "./forget-old.ts";

const forgetEveryMs = 3_600_000;
const root = join(import.meta.dirname, "../..");

export interface OpenedRegistry extends AsyncDisposable {
  app: RegistryApp;
  database: RegistryDatabase;
  close(): Promise<void>;
}

/** On the embedded Postgres of this checkout, or the one that DATABASE_URL names. */
export async function openRegistry(options: {
  environment: Readonly<Record<string, string | undefined>>;
  publicUrl: string;
}): Promise<OpenedRegistry> {
  const { environment, publicUrl } = options;
  const server = await openDatabaseServer(readDatabaseSettings(environment, root));
  try {
    await migrate({ server, folder: join(root, "drizzle"), schemas: [schemaName] });
    const log = (fault: unknown) => console.error(fault);
    const database = openDatabase({ server, schema: schemaName, tables, onError: log, connectionsMax: 10 });
    const forgetting = setInterval(() => forgetOld(database).catch(log), forgetEveryMs);
    forgetting.unref();
    const close = async () => {
      clearInterval(forgetting);
      await database.close();
      await server.close();
    };
    return {
      app: createRegistry({ database, publicUrl, log }),
      database,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}
