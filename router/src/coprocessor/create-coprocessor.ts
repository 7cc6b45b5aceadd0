import type { CoprocessorConfig } from "../config/sections/coprocessor.ts";
import { compileStageCondition } from "./condition.ts";
import { CoprocessorClient, type CoprocessorWatcher } from "./coprocessor-client.ts";
import { type GraphqlBody, readBrokenBody } from "./graphql-body.ts";
import {
  compileRequestStage,
  type RequestStage,
  type RequestStageParts,
  readRouterBreak,
  readSubgraphBreak,
} from "./request-stage.ts";
import {
  type BodyForm,
  compileResponseStage,
  graphqlForm,
  type ResponseChoices,
  type ResponseStage,
  textForm,
} from "./response-stage.ts";
import type { Environment } from "./selectors.ts";
import type { StageLevel, StageMoment, StageName } from "./stage-facts.ts";

/** The stages that are configured; the others do not exist, and cost nothing. */
export interface Coprocessor {
  readonly router: Stages<string>;
  readonly supergraph: Stages<GraphqlBody>;
  readonly execution: Stages<GraphqlBody>;
  readonly subgraph: Stages<GraphqlBody>;
  close(): void;
}

export interface Stages<Body> {
  readonly request?: RequestStage | undefined;
  readonly response?: ResponseStage<Body> | undefined;
}

export interface CoprocessorParts {
  sdl: string;
  environment: Environment;
  watcher: CoprocessorWatcher;
}

const none: Coprocessor = { router: {}, supergraph: {}, execution: {}, subgraph: {}, close() {} };

export function createCoprocessor(
  config: CoprocessorConfig | undefined,
  parts: CoprocessorParts,
): Coprocessor {
  if (!config) return none;
  const client = new CoprocessorClient(config, parts.watcher);
  const compile = new StageCompiler(config, client, parts);
  const { router, supergraph, execution, subgraph, responseValidation: validates } = config;
  const graphql = graphqlForm(validates);
  return {
    router: {
      request: compile.request("router", router.request, {
        alwaysTellsMethod: true,
        readBreakBody: (body) => readRouterBreak(body, validates),
      }),
      response: compile.response("router", router.response, textForm),
    },
    supergraph: {
      request: compile.request("supergraph", supergraph.request, {
        alwaysTellsMethod: false,
        readBreakBody: (body) => readBrokenBody(body, validates),
      }),
      response: compile.response("supergraph", supergraph.response, graphql),
    },
    execution: {
      request: compile.request("execution", execution.request, {
        alwaysTellsMethod: false,
        readBreakBody: (body) => readBrokenBody(body, validates),
      }),
      response: compile.response("execution", execution.response, graphql),
    },
    subgraph: {
      request: compile.request("subgraph", subgraph.all.request, {
        alwaysTellsMethod: true,
        readBreakBody: (body) => readSubgraphBreak(body, validates),
      }),
      response: compile.response("subgraph", subgraph.all.response, graphql),
    },
    close: () => client.close(),
  };
}

interface StageKeys {
  url: string | undefined;
  condition?: unknown;
}

class StageCompiler {
  constructor(
    private readonly config: CoprocessorConfig,
    private readonly client: CoprocessorClient,
    private readonly parts: CoprocessorParts,
  ) {}

  request(
    level: StageLevel,
    keys: RequestStageParts["choices"] & StageKeys,
    traits: Pick<RequestStageParts, "alwaysTellsMethod" | "readBreakBody">,
  ): RequestStage | undefined {
    if (!asksForAnything(keys)) return undefined;
    const place = { level, moment: "request" } as const;
    return compileRequestStage({ choices: keys, ...this.common(place, keys), ...traits });
  }

  response<Body>(
    level: StageLevel,
    keys: ResponseChoices & StageKeys,
    form: BodyForm<Body>,
  ): ResponseStage<Body> | undefined {
    if (!asksForAnything(keys)) return undefined;
    const place = { level, moment: "response" } as const;
    return compileResponseStage({ choices: keys, form, ...this.common(place, keys) });
  }

  private common({ level, moment }: { level: StageLevel; moment: StageMoment }, keys: StageKeys) {
    const { environment, sdl } = this.parts;
    const url = new URL(keys.url ?? this.config.url);
    const stage = nameStage(level, moment);
    return {
      condition: compileStageCondition(keys.condition, { level, moment, environment }),
      sdl,
      ask: (payload: object) => this.client.ask(url, stage, payload),
    };
  }
}

/** A stage that differs in nothing from its defaults does not run, as in Apollo Router. */
function asksForAnything(keys: object): boolean {
  return Object.values(keys).some((value) => value !== undefined && value !== false);
}

function nameStage(level: StageLevel, moment: StageMoment): StageName {
  const [first = "", ...rest] = level;
  // The cast holds: these are the parts of the names.
  return `${first.toUpperCase()}${rest.join("")}${moment === "request" ? "Request" : "Response"}` as StageName;
}
