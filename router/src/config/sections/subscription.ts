import { list, map, object, oneOf, section, union } from "../schema/compound.ts";
import { boolean, duration, headerName, integer, listenAddress, text, url } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

/** Apollo Router's, where it is only said to be on. */
const heartbeatMsDefault = 5_000;

/** In milliseconds; undefined for none. */
const heartbeat = union(oneOf("disabled", "enabled"), duration()).to((value): number | undefined => {
  if (value === "disabled") return undefined;
  return value === "enabled" ? heartbeatMsDefault : value;
});

const webSocket = object({
  path: text().optional(),
  protocol: oneOf("graphql_ws", "graphql_transport_ws").default("graphql_ws"),
  heartbeat_interval: heartbeat.default("disabled"),
});

const deduplication = section({
  enabled: boolean().default(true),
  ignored_headers: list(headerName(), { unique: true }).default([]),
  ignore_auth_context: boolean().default(false),
});

export const subscriptionSection = object({
  enabled: boolean().default(true),
  mode: section({
    passthrough: object({ all: webSocket.optional(), subgraphs: map(webSocket).default({}) }).optional(),
    callback: object({
      public_url: url(),
      heartbeat_interval: heartbeat.default("enabled"),
      listen: listenAddress().default("127.0.0.1:4000"),
      path: text()
        .default("/callback")
        .to((path) => path.replace(/\/+$/, "")),
      subgraphs: list(text(), { unique: true }).default([]),
    }).optional(),
  }),
  deduplication: section({ all: deduplication, subgraphs: map(deduplication).default({}) }),
  max_opened_subscriptions: integer().optional(),
  queue_capacity: integer().optional(),
  max_lifetime: duration().optional(),
}).omittable();

export type SubscriptionConfig = NonNullable<Infer<typeof subscriptionSection>>;
export type WebSocketConfig = Infer<typeof webSocket>;
