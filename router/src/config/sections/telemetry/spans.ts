import { map, oneOf, openNames, section } from "../../schema/compound.ts";
import {
  connectorAttributes,
  routerSpanAttributes,
  subgraphAttributes,
  supergraphAttributes,
} from "./attributes.ts";
import { conditionalConnectorSelector } from "./selectors/connector.ts";
import { conditionalHttpClientSelector } from "./selectors/http-client.ts";
import { conditionalRouterSelector } from "./selectors/router.ts";
import { conditionalSubgraphSelector } from "./selectors/subgraph.ts";
import { conditionalSupergraphSelector } from "./selectors/supergraph.ts";

export const requirementLevel = oneOf("none", "required", "recommended").default("required");

const router = openNames(routerSpanAttributes(conditionalRouterSelector), conditionalRouterSelector);
const supergraph = openNames(supergraphAttributes, conditionalSupergraphSelector);
const subgraph = openNames(subgraphAttributes, conditionalSubgraphSelector);
const connector = openNames(connectorAttributes, conditionalConnectorSelector);

export const spans = section({
  mode: oneOf("deprecated", "spec_compliant").default("spec_compliant"),
  default_attribute_requirement_level: requirementLevel,
  router: section({ attributes: router.default({}) }),
  supergraph: section({ attributes: supergraph.default({}) }),
  subgraph: section({ attributes: subgraph.default({}) }),
  connector: section({ attributes: connector.default({}) }).ignored("there are no connectors"),
  http_client: section({ attributes: map(conditionalHttpClientSelector).default({}) }),
});
