import { section } from "../schema/compound.ts";
import { duration, integer32 } from "../schema/scalar.ts";

export const reloadSection = section({
  max_retries: integer32().defaultOrNone(5),
  retry_delay: duration().default("10s"),
}).ignored("a reload that failed is tried again when its file changes");
