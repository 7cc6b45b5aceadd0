import { kitErrors } from "../errors/kit-errors.ts";
import { type Caller, hasRole, type Role } from "./caller.ts";

/** The first line of a verb. Throws when the caller has no such role. */
export function authorize({ caller }: { caller: Caller }, required: Role): void {
  if (hasRole(caller, required)) return;
  throw caller.userId === undefined ? kitErrors.UNAUTHENTICATED() : kitErrors.FORBIDDEN();
}
