import type { LaunchError } from "../db/tables.ts";

/** Their places stand in their words, where Rover shows them. */
export function presentErrors(errors: readonly LaunchError[]) {
  return errors.map((error) => ({ ...error, locations: [] }));
}
