import { section } from "../schema/compound.ts";
import { boolean, duration, integer32 } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

/** Rolls labels of progressive `@override`; has no keys of its own. */
export const progressiveOverrideSection = section({});

export const forbidMutationsSection = boolean().default(false).describe("Whether every mutation is refused.");

export const reloadSection = section({
  max_retries: integer32().defaultOrNone(5),
  retry_delay: duration().default("10s"),
}).ignored("a reload that failed is tried again when its file changes");

export type ReloadConfig = Infer<typeof reloadSection>;

export const licenseEnforcementSection = section({}).ignored("nothing needs a licence");
export const fleetDetectorSection = section({}).ignored("nothing is reported to GraphOS");
export const enhancedClientAwarenessSection = section({}).ignored("nothing is reported to GraphOS");
