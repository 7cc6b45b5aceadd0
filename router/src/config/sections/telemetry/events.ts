import { object, oneOf, openNames, section, union } from "../../schema/compound.ts";
import { text } from "../../schema/scalar.ts";
import type { Schema } from "../../schema/schema.ts";
import {
  connectorAttributes,
  routerAttributes,
  subgraphAttributes,
  supergraphAttributes,
} from "./attributes.ts";
import { connectorCondition, connectorSelector } from "./selectors/connector.ts";
import { routerCondition, routerSelector } from "./selectors/router.ts";
import { subgraphCondition, subgraphSelector } from "./selectors/subgraph.ts";
import { supergraphCondition, supergraphSelector } from "./selectors/supergraph.ts";

const level = oneOf("info", "warn", "error", "off");

const moment = oneOf("request", "response", "event_response", "error");
const momentOfOne = moment.refusedWhen("events of this kind", (name) => name === "event_response");

interface EventParts<Attributes, Condition> {
  readonly attributes: Schema<Attributes>;
  readonly condition: Schema<Condition>;
  readonly on?: typeof moment;
}

/** Three events that the router knows, and any number of others. */
function events<Attributes, Condition>({
  attributes,
  condition,
  on = momentOfOne,
}: EventParts<Attributes, Condition>) {
  const known = union(level, object({ level, condition })).default("off");
  const custom = object({
    message: text(),
    on,
    level,
    attributes: attributes.default({}),
    condition: condition.omittable(),
  });
  return openNames({ request: known, response: known, error: known }, custom).default({});
}

const routerAttribute = openNames(routerAttributes(routerSelector), routerSelector);
const supergraphAttribute = openNames(supergraphAttributes, supergraphSelector);
const subgraphAttribute = openNames(subgraphAttributes, subgraphSelector);
const connectorAttribute = openNames(connectorAttributes, connectorSelector);

export const logEvents = section({
  router: events({ attributes: routerAttribute, condition: routerCondition }),
  supergraph: events({ attributes: supergraphAttribute, condition: supergraphCondition, on: moment }),
  subgraph: events({ attributes: subgraphAttribute, condition: subgraphCondition }),
  connector: events({ attributes: connectorAttribute, condition: connectorCondition }).ignored(
    "there are no connectors",
  ),
});
