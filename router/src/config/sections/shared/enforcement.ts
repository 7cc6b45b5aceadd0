import { oneOf } from "../../schema/compound.ts";

/** Whether a rule is only watched, or acted on. */
export function enforcement() {
  return oneOf("measure", "enforce");
}
