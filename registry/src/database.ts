import type { Database, Transaction } from "@mycelium/database";
import type * as tables from "./db/tables.ts";

export const schemaName = "registry";
export type RegistryDatabase = Database<typeof tables>;
export type Tx = Transaction<typeof tables>;
