/** Who asks, as the router has established it. */
export interface Caller {
  /** "" where the router knows of none: such a caller reaches no database. */
  tenantId: string;
  /** Undefined for a caller whom nobody knows. */
  userId?: string | undefined;
  roles: readonly string[];
  scopes: readonly string[];
  requestId: string;
}

export interface ContextHeaders {
  get(name: string): string | null;
}

/** Reads the router's signed context. Undefined when there is none, or none that holds. */
export type VerifyContext = (
  headers: ContextHeaders,
  subgraph: string,
) => Caller | undefined | Promise<Caller | undefined>;

/** From the least to the most; each may do what those before it may. */
export const roles = ["USER", "STAFF", "ADMIN"] as const;
export type Role = (typeof roles)[number];

export function hasRole(caller: Caller, required: Role): boolean {
  const rank = roles.indexOf(required);
  return caller.roles.some((role) => roles.indexOf(role as Role) >= rank);
}
