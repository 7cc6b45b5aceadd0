import { boolean } from "../schema/scalar.ts";

export const forbidMutationsSection = boolean().default(false).describe("Whether every mutation is refused.");
