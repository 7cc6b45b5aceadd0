import { DatabaseError } from "./errors.ts";

/** What all schemas share: helpers for policies, the list of migrations, the record of system access. */
export const coreSchema = "mycelium";

/** Acts over all tenants, and leaves a row that says why each time. */
export const systemRole = "mycelium_system";

/** Carries events from the outboxes, which it alone may read, to the bus. */
export const busRole = "mycelium_bus";

export function roleOf(schema: string): string {
  return `mycelium_${checkName(schema)}`;
}

/** Names of schemas stand in SQL text, so they are plain words. */
export function checkName(schema: string): string {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(schema))
    throw new DatabaseError("UNKNOWN_MODULE", JSON.stringify(schema));
  return schema;
}
