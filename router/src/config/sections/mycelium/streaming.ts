import { list, map, object, oneOf, section } from "../../schema/compound.ts";
import { boolean, duration, headerName, integer } from "../../schema/scalar.ts";
import type { Infer } from "../../schema/schema.ts";

const webSocket = section({
  enabled: boolean().default(true),
  connection_init_timeout: duration().default("3s").describe("How long a client may take to say who it is."),
  from_connection_init: list(headerName())
    .default(["authorization"])
    .describe("What the client's connection_init payload may say in a header's place."),
  ping_interval: duration()
    .default("12s")
    .describe("How often a client is pinged; one that does not answer until the next is gone."),
  idle_timeout: duration().default("5m").describe("How long a connection without operations is kept."),
  operations_per_connection: integer({ min: 1 }).default(100).describe("Under way at once."),
  connections_max: integer({ min: 1 }).default(10_000).describe("In one process."),
});

const eventStream = section({
  enabled: boolean().default(true),
  single_connection: boolean()
    .default(true)
    .describe("Whether clients may run many operations over one event stream (PUT, GET, POST, DELETE)."),
  ping_interval: duration().default("12s").describe("How often a comment keeps a stream alive."),
  idle_timeout: duration().default("5m").describe("How long a reserved or silent single connection is kept."),
  operations_per_connection: integer({ min: 1 }).default(100),
  connections_max: integer({ min: 1 }).default(10_000),
});

/** What Apollo Router has no keys for: clients over WebSocket and server-sent events, bounds and resumption. */
export const streamingSection = section({
  websocket: webSocket,
  sse: eventStream,
  slow_consumers: oneOf("drop_oldest", "close")
    .default("drop_oldest")
    .describe("What happens when subscription.queue_capacity events wait for a client."),
  streams_max: integer({ min: 1 })
    .default(20_000)
    .describe(
      "Subscriptions open at once in one process, where subscription.max_opened_subscriptions is not set.",
    ),
  subscriptions_per_caller: integer({ min: 1 })
    .default(1_000)
    .describe("Open at once in one process for one known caller."),
  subscriptions_per_subgraph_socket: integer({ min: 1 })
    .default(1)
    .describe(
      "How many subscriptions with equal headers share a WebSocket to a subgraph; 1 as in Apollo Router.",
    ),
  resubscribe: section({
    attempts: integer({ max: 1_000 }).default(10).describe("To find a lost subgraph again; 0 for none."),
    backoff: duration()
      .default("200ms")
      .describe("Before the first; doubles, and half of it is left to chance."),
    backoff_max: duration().default("10s"),
  }),
  subgraphs: map(object({ protocol: oneOf("sse") }))
    .default({})
    .describe("Subgraphs that are subscribed to by server-sent events, whatever subscription.mode says."),
});

export type StreamingConfig = Infer<typeof streamingSection>;
