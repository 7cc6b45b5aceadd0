import type { TenantSession } from "@mycelium/database";
import type { Role } from "./db/tables.ts";

/** Whoever holds a key: of one graph, with one role. */
export interface Caller {
  graphId: string;
  keyName: string;
  role: Role;
}

/** A graph is what a tenant is elsewhere: rows of other graphs cannot be seen. */
export function sessionOf({ graphId, keyName }: Caller): TenantSession {
  return { tenantId: graphId, userId: keyName };
}

/** What a key may do: each role what the roles before it may, but that a router only fetches and reports. */
const allowed: Readonly<Record<Role, readonly Right[]>> = {
  READER: ["read", "check"],
  ROUTER: ["deliver", "report"],
  PUBLISHER: ["read", "check", "publish"],
  ADMIN: ["read", "check", "publish", "deliver", "report", "administer"],
};

export type Right = "read" | "check" | "publish" | "deliver" | "report" | "administer";

export function may({ role }: Caller, right: Right): boolean {
  return allowed[role].includes(right);
}

export function requireRight(caller: Caller, right: Right): void {
  if (may(caller, right)) return;
  throw new RegistryError("FORBIDDEN", `A key with the role ${caller.role} may not ${right}`);
}

/** Other graphs than the key's do not exist for it. */
export function requireGraph({ graphId }: Caller, graph: string): void {
  if (graph !== graphId) throw new RegistryError("NOT_FOUND", `There is no graph ${graph}`);
}

export type RegistryErrorCode = "FORBIDDEN" | "NOT_FOUND" | "BAD_INPUT" | "TOO_LARGE";

/** Told to whoever asked, as it is. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";

  constructor(
    readonly code: RegistryErrorCode,
    message: string,
  ) {
    super(message);
  }
}
