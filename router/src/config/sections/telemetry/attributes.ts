import { object, union } from "../../schema/compound.ts";
import { boolean, text } from "../../schema/scalar.ts";
import type { Schema } from "../../schema/schema.ts";

/** An attribute that the router knows itself: on, off, or on under another name. */
const standard = union(boolean(), object({ alias: text() }))
  .named("StandardAttribute")
  .optional();

const missing = standard.refusedWhen("this attribute", (value) => value !== false);

const routerNames = {
  // Elsewhere clients could make as many labels and fields as they like.
  baggage: boolean()
    .optional()
    .refusedWhen("this attribute but in spans", (value) => value === true),
  "dd.trace_id": standard,
  trace_id: standard,
  "error.type": standard,
  "http.request.body.size": standard,
  "http.request.method": standard,
  "http.response.body.size": standard,
  "http.response.status_code": standard,
  "http.route": standard,
  "network.local.address": standard,
  "network.local.port": standard,
  "network.peer.address": standard,
  "network.peer.port": standard,
  "network.protocol.name": standard,
  "network.protocol.version": missing,
  "network.transport": standard,
  "network.type": standard,
  "server.address": standard,
  "server.port": standard,
  "url.path": standard,
  "url.query": standard,
  "url.scheme": standard,
  "user_agent.original": standard,
};

/** The client's name and version are known, but may also be taken from elsewhere. */
export function routerAttributes<Selector>(selector: Schema<Selector>) {
  const standardOrSelected = union(standard, selector).optional();
  return { ...routerNames, "client.name": standardOrSelected, "client.version": standardOrSelected };
}

export function routerSpanAttributes<Selector>(selector: Schema<Selector>) {
  return { ...routerAttributes(selector), baggage: boolean().optional() };
}

export const supergraphAttributes = {
  "graphql.document": standard,
  "graphql.operation.name": standard,
  "graphql.operation.type": standard,
  "cost.actual": standard,
  "cost.delta": standard,
  "cost.estimated": standard,
  "cost.result": standard,
};

export const subgraphAttributes = {
  "subgraph.name": standard,
  "subgraph.graphql.document": standard,
  "subgraph.graphql.operation.name": standard,
  "subgraph.graphql.operation.type": standard,
  "http.request.resend_count": standard,
};

export const connectorAttributes = {
  "subgraph.name": standard,
  "connector.source.name": standard,
  "connector.http.method": standard,
  "connector.url.template": standard,
};

export const graphqlAttributes = {
  "graphql.field.name": standard,
  "graphql.field.type": standard,
  "graphql.list.length": standard,
  "graphql.operation.name": standard,
  "graphql.type.name": standard,
};

export const cacheAttributes = { "graphql.type.name": standard };

export const subscriptionEndAttributes = {
  "client.name": boolean().optional(),
  reason: boolean().optional(),
  "subgraph.name": boolean().optional(),
};

export const activeRequestAttributes = {
  "http.request.method": boolean().default(false),
  "server.address": boolean().default(false),
  "server.port": boolean().default(false),
  "url.scheme": boolean().default(false),
};
