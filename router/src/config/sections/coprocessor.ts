import { list, object, oneOf, section, union } from "../schema/compound.ts";
import { boolean, duration, text, url } from "../schema/scalar.ts";
import type { Infer, Schema } from "../schema/schema.ts";
import { connectorCondition } from "./telemetry/selectors/connector.ts";
import { routerCondition } from "./telemetry/selectors/router.ts";
import { subgraphCondition } from "./telemetry/selectors/subgraph.ts";
import { supergraphCondition } from "./telemetry/selectors/supergraph.ts";
import { connectionKeys } from "./traffic-shaping.ts";

const context = union(
  boolean(),
  oneOf("all", "deprecated"),
  object({ selective: list(text(), { unique: true }) }),
).default(false);

/** What of a stage is sent. */
const off = () => boolean().default(false);
const answerBody = union(boolean(), section({ data: off(), errors: off(), extensions: off() })).default(
  false,
);

const common = { url: url(["http", "https", "unix"]).optional(), headers: off(), context };

function stage<Request, Response>(request: Schema<Request>, response: Schema<Response>) {
  return section({ request: request.default({}), response: response.default({}) });
}

const router = stage(
  object({
    ...common,
    condition: routerCondition.optional(),
    body: off(),
    sdl: off(),
    path: off(),
    method: off(),
  }),
  object({ ...common, condition: routerCondition.omittable(), body: off(), sdl: off(), status_code: off() }),
);

const supergraph = stage(
  object({ ...common, condition: supergraphCondition.omittable(), body: off(), sdl: off(), method: off() }),
  object({
    ...common,
    condition: supergraphCondition.omittable(),
    body: answerBody,
    sdl: off(),
    status_code: off(),
  }),
);

const execution = stage(
  object({ ...common, body: off(), sdl: off(), method: off(), query_plan: off() }),
  object({ ...common, body: answerBody, sdl: off(), status_code: off() }),
);

const subgraph = stage(
  object({
    ...common,
    condition: subgraphCondition.omittable(),
    body: off(),
    uri: off(),
    method: off(),
    service_name: off(),
    subgraph_request_id: off(),
  }),
  object({
    ...common,
    condition: subgraphCondition.omittable(),
    body: answerBody,
    service_name: off(),
    status_code: off(),
    subgraph_request_id: off(),
  }),
);

const connector = stage(
  object({
    ...common,
    condition: connectorCondition.omittable(),
    body: off(),
    uri: off(),
    method: off(),
    service_name: off(),
  }),
  object({
    ...common,
    condition: connectorCondition.omittable(),
    body: off(),
    service_name: off(),
    status_code: off(),
  }),
);

export const coprocessorSection = object({
  url: url(["http", "https", "unix"]).describe("Who is asked at each stage."),
  timeout: duration().default("1s"),
  client: object(connectionKeys).optional(),
  response_validation: boolean().default(true),
  router,
  supergraph,
  execution,
  subgraph: section({ all: subgraph }),
  connector: section({ all: connector }).refused("connectors", ({ all }) => asksForAnything(all)),
})
  .omittable()
  .describe("A service that is asked about requests and answers, and may change or end them.");

export type CoprocessorConfig = NonNullable<Infer<typeof coprocessorSection>>;

function asksForAnything(stage: Infer<typeof connector>): boolean {
  return [...Object.values(stage.request), ...Object.values(stage.response)].some(
    (value) => value !== undefined && value !== false,
  );
}
