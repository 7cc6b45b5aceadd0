import { section } from "../schema/compound.ts";
import { boolean } from "../schema/scalar.ts";

export const sandboxSection = section({
  enabled: boolean().default(false).describe("Whether a browser that opens the endpoint sees an explorer."),
});
