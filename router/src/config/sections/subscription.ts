import { list, map, object, oneOf, section, union } from "../schema/compound.ts";
import { boolean, duration, headerName, integer, listenAddress, text, url } from "../schema/scalar.ts";

const heartbeat = union(oneOf("disabled", "enabled"), duration());

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
      listen: listenAddress().optional(),
      path: text().optional(),
      subgraphs: list(text(), { unique: true }).default([]),
    }).optional(),
  }),
  deduplication: section({ all: deduplication, subgraphs: map(deduplication).default({}) }),
  max_opened_subscriptions: integer().optional(),
  queue_capacity: integer().optional(),
  max_lifetime: duration().optional(),
})
  .omittable()
  .refused("subscriptions", (keys) => keys?.enabled === true);
