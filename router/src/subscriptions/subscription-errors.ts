import { type FatalErrors, fatal } from "../streams/stream-part.ts";

/** Why the router ends a stream: codes and messages are Apollo Router's where it has them. */
export const subscriptionErrors = {
  schemaReload: fatal("SUBSCRIPTION_SCHEMA_RELOAD", "subscription has been closed due to a schema reload"),
  configReload: fatal(
    "SUBSCRIPTION_CONFIG_RELOAD",
    "subscription has been closed due to a configuration reload",
  ),
  expired: fatal("SUBSCRIPTION_JWT_EXPIRED", "subscription closed because the JWT has expired"),
  lifetime: fatal(
    "SUBSCRIPTION_MAX_LIFETIME_EXCEEDED",
    "subscription closed because the maximum lifetime has been reached",
  ),
  slow: fatal(
    "SUBSCRIPTION_CONSUMER_TOO_SLOW",
    "subscription closed because its events were not read fast enough",
  ),
  failed: fatal("SUBSCRIPTION_EXECUTION_ERROR", "cannot execute the subscription event"),
};

/** As metrics name it, in Apollo Router's way: schema_reload, config_reload … */
export function reasonOf({ errors: [first] }: FatalErrors): string {
  return String(first?.extensions?.code).replace("SUBSCRIPTION_", "").toLowerCase();
}
