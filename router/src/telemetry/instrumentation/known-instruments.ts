import { readCost } from "./cost.ts";
import { bodyBytes, type ReadValue } from "./facts.ts";
import { listLength } from "./field-selectors.ts";

/** An instrument that the router has itself. */
export interface KnownInstrument {
  /** Where it is not the key in the configuration. */
  name?: string;
  /** A histogram, if nothing is said. */
  kind?: "counter";
  description: string;
  unit: string;
  amount: ReadValue;
}

export const seconds: ReadValue = (facts, fetch) => (fetch ?? facts).durationMs / 1_000;

export const routerInstruments: Readonly<Record<string, KnownInstrument>> = {
  "http.server.request.duration": {
    description: "Duration of HTTP server requests.",
    unit: "s",
    amount: seconds,
  },
  "http.server.request.body.size": {
    description: "Size of HTTP server request bodies.",
    unit: "By",
    amount: ({ request }) => bodyBytes(request.bodyBytes, request.headers),
  },
  "http.server.response.body.size": {
    description: "Size of HTTP server response bodies.",
    unit: "By",
    amount: ({ response }) => bodyBytes(response?.bytes, response?.headers),
  },
  "apollo.router.overhead": {
    description:
      "Router processing overhead (time not spent waiting for subgraphs or connectors to respond).",
    unit: "s",
    amount: ({ overheadMs }) => overheadMs / 1_000,
  },
};

const costModel = "of the operation using the currently configured cost model";

/** Recorded only where they are asked for. */
export const costInstruments: Readonly<Record<string, KnownInstrument>> = {
  "cost.estimated": { description: `Estimated cost ${costModel}`, unit: "", amount: readCost.estimated },
  "cost.actual": { description: `Actual cost ${costModel}`, unit: "", amount: readCost.actual },
  "cost.delta": {
    description: `Delta between the estimated and actual cost ${costModel}`,
    unit: "",
    amount: readCost.delta,
  },
};

/** Recorded only where they are asked for. */
export const fieldInstruments: Readonly<Record<string, KnownInstrument>> = {
  "field.execution": {
    name: "graphql.field.execution",
    kind: "counter",
    description: "Number of times a field is used.",
    unit: "",
    amount: () => 1,
  },
  "list.length": {
    name: "graphql.field.list.length",
    description: "Length of a selected field in the GraphQL response",
    unit: "",
    amount: listLength,
  },
};

const entitiesLookedFor: ReadValue = (_, fetch) => fetch?.cacheUse?.entities;
const ofCache = "cache hit/miss operations at the subgraph level";

/** Recorded only where they are asked for. The second one is the older name of the same. */
export const cacheInstruments: Readonly<Record<string, KnownInstrument>> = {
  "apollo.router.response.cache": {
    kind: "counter",
    description: `Response ${ofCache}`,
    unit: "ops",
    amount: entitiesLookedFor,
  },
  "apollo.router.operations.entity.cache": {
    kind: "counter",
    description: `Entity ${ofCache} (deprecated)`,
    unit: "ops",
    amount: entitiesLookedFor,
  },
};

export const subgraphInstruments: Readonly<Record<string, KnownInstrument>> = {
  "http.client.request.duration": {
    description: "Duration of HTTP client requests.",
    unit: "s",
    amount: seconds,
  },
  "http.client.request.body.size": {
    description: "Size of HTTP client request bodies.",
    unit: "By",
    amount: (_, fetch) => fetch?.fetch.bodyBytes,
  },
  "http.client.response.body.size": {
    description: "Size of HTTP client response bodies.",
    unit: "By",
    amount: (_, fetch) => bodyBytes(fetch?.result?.bytes, fetch?.result?.headers),
  },
};
