import { Subscriptions } from "../subscriptions/subscriptions.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";
import type { Continuity } from "./pipeline.ts";

export function createContinuity(meters: ProcessMeters): Continuity {
  return { subscriptions: new Subscriptions(meters), serving: undefined };
}
