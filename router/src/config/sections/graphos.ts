import { section } from "../schema/compound.ts";

export const licenseEnforcementSection = section({}).ignored("nothing needs a licence");
export const fleetDetectorSection = section({}).ignored("nothing is reported to GraphOS");
export const enhancedClientAwarenessSection = section({}).ignored("nothing is reported to GraphOS");
