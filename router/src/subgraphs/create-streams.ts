import { compileContext, type SubgraphContext } from "../auth/context/compile-context.ts";
import type { RouterConfig } from "../config/router-config.ts";
import type { WebSocketConfig } from "../config/sections/subscription.ts";
import type { SubgraphAnswer } from "../execute/subgraph-answer.ts";
import type { JsonValue } from "../json.ts";
import type { Transport } from "../subgraph-client/transport.ts";
import { createCallbackUpstream } from "../subgraph-streams/callback.ts";
import type { Callbacks } from "../subgraph-streams/callbacks.ts";
import { createEventStreamUpstream } from "../subgraph-streams/event-stream.ts";
import { createPostStream } from "../subgraph-streams/post-stream.ts";
import type { OpenUpstream } from "../subgraph-streams/upstream.ts";
import { createWebSocketUpstream } from "../subgraph-streams/web-socket/web-socket.ts";
import type { SubscriptionMode } from "../subscriptions/subscription.ts";
import type { Subgraph, Supergraph } from "../supergraph/read-supergraph.ts";
import { urlOf } from "./create-subgraphs.ts";
import { type BuildHeaders, compileHeaders } from "./propagate-headers.ts";
import { readPayload } from "./read-answer.ts";
import { compileRedaction } from "./redact-errors.ts";

/** How one subgraph is subscribed to, as configured. */
export interface SubgraphStream {
  mode: SubscriptionMode;
  url: URL;
  open: OpenUpstream;
  buildHeaders: BuildHeaders;
  /** How it is told who asks, where it is. */
  context: SubgraphContext | undefined;
  /** What makes two subscriptions the same, and whose may be shared; undefined where none are. */
  sharing: { ignoredHeaders: ReadonlySet<string>; ignoresCaller: boolean } | undefined;
  /** Reads one event, or a last word, and hides what clients may not see of it. */
  read(payload: JsonValue): SubgraphAnswer;
}

export interface StreamSurroundings {
  config: RouterConfig;
  callbacks: Callbacks;
  transportFor?: ((subgraph: Subgraph) => Transport | undefined) | undefined;
}

/** The subgraphs that can be subscribed to. */
export function createStreams(
  supergraph: Supergraph,
  surroundings: StreamSurroundings,
): ReadonlyMap<string, SubgraphStream> {
  const streams = new Map<string, SubgraphStream>();
  if (surroundings.config.subscription?.enabled !== true) return streams;
  for (const subgraph of supergraph.subgraphs) {
    const stream = createStream(subgraph, surroundings);
    if (stream) streams.set(subgraph.name, stream);
  }
  return streams;
}

function createStream(subgraph: Subgraph, surroundings: StreamSurroundings): SubgraphStream | undefined {
  const { config } = surroundings;
  const { name } = subgraph;
  const url = urlOf(subgraph, config);
  const way = chooseWay(subgraph, url, surroundings);
  if (!way) return undefined;
  const redact = compileRedaction(config.includeSubgraphErrors, name);
  const context = compileContext(config, name);
  return {
    ...way,
    context,
    url,
    buildHeaders: compileHeaders(config.headers, name),
    sharing: sharingOf(config, { name, tellsCaller: context !== undefined }),
    read(payload) {
      const { data, errors } = readPayload(name, payload);
      return { data, errors: errors.map(redact) };
    },
  };
}

/** A subgraph of this process needs no configuration; otherwise passthrough goes before callback, as in Apollo Router. */
function chooseWay(
  subgraph: Subgraph,
  url: URL,
  { config, callbacks, transportFor }: StreamSurroundings,
): Pick<SubgraphStream, "mode" | "open"> | undefined {
  const { name } = subgraph;
  const tls = Object.hasOwn(config.tls.subgraph.subgraphs, name)
    ? config.tls.subgraph.subgraphs[name]!
    : config.tls.subgraph.all;
  const transport = transportFor?.(subgraph);
  if (transport?.openStream) {
    return { mode: "in_process", open: createEventStreamUpstream(transport.openStream.bind(transport, url)) };
  }
  const post = createPostStream(url, tls);
  if (Object.hasOwn(config.plugins["mycelium.streaming"].subgraphs, name)) {
    return { mode: "sse", open: createEventStreamUpstream(post) };
  }
  const { passthrough, callback } = config.subscription?.mode ?? {};
  const webSocket = passthrough && ownOr(passthrough.subgraphs, name, passthrough.all);
  if (webSocket) {
    const { protocol, heartbeatInterval: heartbeatMs } = webSocket;
    const open = createWebSocketUpstream({
      url: socketUrl(url, webSocket),
      protocol,
      heartbeatMs,
      tls,
      subscriptionsMax: config.plugins["mycelium.streaming"].subscriptionsPerSubgraphSocket,
    });
    return { mode: "passthrough", open };
  }
  if (callback && (callback.subgraphs.length === 0 || callback.subgraphs.includes(name))) {
    const { publicUrl, heartbeatInterval: heartbeatMs } = callback;
    return { mode: "callback", open: createCallbackUpstream({ publicUrl, heartbeatMs, callbacks, post }) };
  }
  return undefined;
}

function socketUrl(url: URL, { path }: WebSocketConfig): URL {
  const socket = new URL(path ?? url.href, url);
  socket.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return socket;
}

/** A subgraph that is told who asks answers that caller, whatever else may be ignored. */
function sharingOf(
  { subscription }: RouterConfig,
  { name, tellsCaller }: { name: string; tellsCaller: boolean },
): SubgraphStream["sharing"] {
  if (!subscription) return undefined;
  const { all, subgraphs } = subscription.deduplication;
  const { enabled, ignoredHeaders, ignoreAuthContext } = ownOr(subgraphs, name, all);
  if (!enabled) return undefined;
  return { ignoredHeaders: new Set(ignoredHeaders), ignoresCaller: ignoreAuthContext && !tellsCaller };
}

function ownOr<Value>(map: Readonly<Record<string, Value>>, name: string, fallback: Value): Value {
  return Object.hasOwn(map, name) ? map[name]! : fallback;
}
