import { section } from "../schema/compound.ts";

/** Labels of progressive `@override` are always rolled; there is nothing to set. */
export const progressiveOverrideSection = section({});
