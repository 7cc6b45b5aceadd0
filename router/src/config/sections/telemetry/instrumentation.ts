import { anything } from "../../schema/compound.ts";

export const instrumentation = anything().default({});
