import { closedNames, map, object, oneOf, openNames, section, union } from "../../schema/compound.ts";
import { boolean, text } from "../../schema/scalar.ts";
import type { Schema } from "../../schema/schema.ts";
import {
  activeRequestAttributes,
  cacheAttributes,
  connectorAttributes,
  graphqlAttributes,
  routerAttributes,
  subgraphAttributes,
  subscriptionEndAttributes,
  supergraphAttributes,
} from "./attributes.ts";
import { connectorCondition, connectorSelector } from "./selectors/connector.ts";
import { graphqlCondition, graphqlSelector } from "./selectors/graphql.ts";
import { routerCondition, routerSelector } from "./selectors/router.ts";
import { subgraphCondition, subgraphSelector } from "./selectors/subgraph.ts";
import { supergraphCondition, supergraphSelector } from "./selectors/supergraph.ts";
import { requirementLevel } from "./spans.ts";

/** An instrument that the router has itself: on, off, or on with attributes. */
function known<Attributes>(attributes: Schema<Attributes>) {
  return union(boolean(), object({ attributes })).optional();
}

interface CustomParts<Attributes, Condition, Value> {
  readonly attributes: Schema<Attributes>;
  readonly condition: Schema<Condition>;
  readonly value: Schema<Value>;
}

function custom<Attributes, Condition, Value>(parts: CustomParts<Attributes, Condition, Value>) {
  return object({
    type: oneOf("counter", "histogram"),
    value: parts.value,
    unit: text(),
    description: text(),
    attributes: parts.attributes.default({}),
    condition: parts.condition.omittable(),
  });
}

const durationOrUnit = oneOf("duration", "unit");

const routerAttribute = openNames(routerAttributes(routerSelector), routerSelector);
const supergraphAttribute = openNames(supergraphAttributes, supergraphSelector);
const subgraphAttribute = openNames(subgraphAttributes, subgraphSelector);
const connectorAttribute = openNames(connectorAttributes, connectorSelector);
const graphqlAttribute = openNames(graphqlAttributes, graphqlSelector);
const cacheAttribute = openNames(cacheAttributes, subgraphSelector);

const router = openNames(
  {
    "http.server.request.duration": known(routerAttribute),
    "http.server.request.body.size": known(routerAttribute),
    "http.server.response.body.size": known(routerAttribute),
    "http.server.active_requests": known(closedNames(activeRequestAttributes)),
    "apollo.router.overhead": known(map(routerSelector)),
    "apollo.router.operations.subscriptions.terminated.client": known(
      openNames(subscriptionEndAttributes, routerSelector),
    ),
  },
  custom({
    attributes: routerAttribute,
    condition: routerCondition,
    value: union(durationOrUnit, routerSelector),
  }),
);

const supergraph = openNames(
  {
    "cost.estimated": known(supergraphAttribute),
    "cost.actual": known(supergraphAttribute),
    "cost.delta": known(supergraphAttribute),
  },
  custom({
    attributes: supergraphAttribute,
    condition: supergraphCondition,
    value: union(
      durationOrUnit,
      oneOf("event_duration", "event_unit"),
      closedNames({ event_custom: supergraphSelector }),
      supergraphSelector,
    ),
  }),
);

function clientInstruments<Attributes>(attributes: Schema<Attributes>) {
  return {
    "http.client.request.duration": known(attributes),
    "http.client.request.body.size": known(attributes),
    "http.client.response.body.size": known(attributes),
  };
}

const subgraphValue = union(durationOrUnit, subgraphSelector);

const subgraph = openNames(
  clientInstruments(subgraphAttribute),
  custom({ attributes: subgraphAttribute, condition: subgraphCondition, value: subgraphValue }),
);

const connector = openNames(
  clientInstruments(connectorAttribute),
  custom({
    attributes: connectorAttribute,
    condition: connectorCondition,
    value: union(durationOrUnit, connectorSelector),
  }),
);

const graphql = openNames(
  { "field.execution": known(graphqlAttribute), "list.length": known(graphqlAttribute) },
  custom({
    attributes: graphqlAttribute,
    condition: graphqlCondition,
    value: union(oneOf("unit"), graphqlSelector),
  }),
);

const knownOfCache = {
  "apollo.router.operations.entity.cache": known(cacheAttribute),
  "apollo.router.response.cache": known(cacheAttribute),
};

const cache = openNames(
  knownOfCache,
  custom({ attributes: cacheAttribute, condition: subgraphCondition, value: subgraphValue }),
);

export const instruments = section({
  default_requirement_level: requirementLevel,
  router: router.default({}),
  supergraph: supergraph.default({}),
  subgraph: subgraph.default({}),
  connector: connector.default({}).ignored("there are no connectors"),
  graphql: graphql.default({}),
  cache: cache.default({}).refused("instruments of one's own of the cache", asksForOwn),
});

function asksForOwn(group: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(group).some((name) => !Object.hasOwn(knownOfCache, name));
}
