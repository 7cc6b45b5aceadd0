import { closedNames, object } from "../schema/compound.ts";
import { boolean, text } from "../schema/scalar.ts";
import { apiKeysSection } from "./mycelium/api-keys.ts";
import { cacheSection } from "./mycelium/cache.ts";
import { contextSection } from "./mycelium/context.ts";
import { identitySection } from "./mycelium/identity.ts";
import { rateLimitSection } from "./mycelium/rate-limit.ts";
import { registrySection } from "./mycelium/registry.ts";
import { resilienceSection } from "./mycelium/resilience.ts";
import { streamingSection } from "./mycelium/streaming.ts";

/** What this engine has beyond Apollo's keys, each under its full name such as `mycelium.example`. */
const mycelium = {
  "mycelium.cache": cacheSection,
  "mycelium.rate_limit": rateLimitSection,
  "mycelium.api_keys": apiKeysSection,
  "mycelium.context": contextSection,
  "mycelium.identity": identitySection,
  "mycelium.resilience": resilienceSection,
  "mycelium.streaming": streamingSection,
  "mycelium.registry": registrySection,
};

/** What Apollo Router brings along itself. */
const apollo = {
  "experimental.expose_query_plan": boolean()
    .omittable()
    .describe("Whether a client that asks for it gets the query plan in the extensions."),
  "experimental.record": object({ enabled: boolean(), storage_path: text().optional() })
    .omittable()
    .refused("recording of requests", (keys) => keys?.enabled === true),
  "experimental.broken": object({ enabled: boolean() }).omittable().refused("a plugin that never starts"),
  "experimental.restricted": object({ enabled: boolean() })
    .omittable()
    .refused("a plugin that tries out licences", (keys) => keys?.enabled === true),
};

export const pluginsSection = closedNames({ ...mycelium, ...apollo }).default({});
