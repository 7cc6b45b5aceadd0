import type { RateLimitRule } from "../config/sections/mycelium/rate-limit.ts";
import type { Asker } from "./asker.ts";
import { compileClaim } from "./rule-key.ts";

type Conditions = RateLimitRule["when"];
type Holds = (asker: Asker) => boolean;

/** Whether a rule counts a request; undefined where it counts every one. */
export function compileConditions({
  operationName: names,
  operationKind: kinds,
  header,
  claim,
}: Conditions): Holds | undefined {
  const conditions: Holds[] = [];
  if (names) {
    conditions.push(({ operation }) => operation?.name !== undefined && names.includes(operation.name));
  }
  if (kinds) conditions.push(({ operation }) => (kinds as readonly string[]).includes(operation?.kind ?? ""));
  if (header) {
    conditions.push(({ headers }) => {
      const value = headers.get(header.name);
      return value !== null && header.matches.test(value);
    });
  }
  if (claim) {
    const read = compileClaim(claim.path);
    const wanted: readonly unknown[] = claim.is;
    conditions.push(({ caller }) => wanted.includes(read(caller.claims)));
  }
  return conditions.length === 0 ? undefined : (asker) => conditions.every((holds) => holds(asker));
}
