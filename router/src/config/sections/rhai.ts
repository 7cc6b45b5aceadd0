import { object } from "../schema/compound.ts";
import { boolean, text } from "../schema/scalar.ts";

export const rhaiSection = object({
  scripts: text().optional(),
  main: text().optional(),
  intern_strings: boolean().default(true),
})
  .omittable()
  .refused("Rhai scripts");
