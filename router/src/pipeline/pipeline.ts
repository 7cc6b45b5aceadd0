import type { GraphQLSchema } from "graphql";
import type { Authentication } from "../auth/authentication.ts";
import { type Authorization, createAuthorization } from "../authorization/authorization.ts";
import { BoundedCache } from "../bounded-cache.ts";
import type { RouterConfig } from "../config/router-config.ts";
import type { Coprocessor } from "../coprocessor/create-coprocessor.ts";
import { type CostModel, createCostModel } from "../cost/demand-control.ts";
import type { EntityCache } from "../entity-cache/create-entity-cache.ts";
import { Recordings } from "../execute/recordings.ts";
import type { CallSubgraph, SubgraphCall, TakeBytes } from "../execute/subgraph-answer.ts";
import { type Cors, createCors } from "../http/cors.ts";
import { createForgeryCheck, type FindForgery } from "../http/csrf.ts";
import type { AutomaticTexts } from "../persisted-queries/automatic-texts.ts";
import type { PersistedOperations } from "../persisted-queries/persisted-operations.ts";
import type { Planner } from "../planner/planner.ts";
import type { RateLimits } from "../rate-limit/rate-limits.ts";
import type { CallOneSubgraph } from "../subgraphs/call-subgraph.ts";
import type { CallerContext } from "../subgraphs/caller-context.ts";
import type { SubgraphStream } from "../subgraphs/create-streams.ts";
import { type BuildHeaders, compileHeaders, type HeaderSources } from "../subgraphs/propagate-headers.ts";
import type { Subscriptions } from "../subscriptions/subscriptions.ts";
import type { Supergraph } from "../supergraph/read-supergraph.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import type { Telemetry } from "../telemetry/observer.ts";
import { readUploadLimits, type UploadLimits } from "../uploads/upload-limits.ts";
import type { UsageReporter } from "../usage/usage-reporter.ts";
import { type Admission, createAdmission } from "./admit.ts";
import { createIntrospectionCache, type IntrospectionCache } from "./introspection-cache.ts";
import type { OverloadGuard } from "./overload-guard.ts";
import type { OperationResult } from "./resolved-operation.ts";

/** Everything that requests share, made once for a configuration and a supergraph, and swapped as a whole. */
export interface Pipeline {
  readonly config: RouterConfig;
  readonly supergraph: Supergraph;
  readonly schema: GraphQLSchema;
  readonly types: SupergraphTypes;
  readonly telemetry: Telemetry;
  /** Whether a subgraph may take longer than the client is kept waiting, so that its work has to be stopped. */
  readonly outlastsRouter: boolean;
  readonly authentication: Authentication;
  /** Undefined where everybody may see everything. */
  readonly authorization: Authorization | undefined;
  readonly planner: Planner;
  readonly operations: BoundedCache<string, OperationResult>;
  readonly introspections: IntrospectionCache;
  readonly recordings: Recordings;
  /** Undefined while nothing is cached. */
  readonly entityCache: EntityCache | undefined;
  readonly admission: Admission;
  /** Undefined while nothing asks what operations cost. */
  readonly costs: CostModel | undefined;
  /** Undefined while no keyed limit is configured. */
  readonly rateLimits: RateLimits | undefined;
  readonly cors: Cors;
  readonly findForgery: FindForgery;
  readonly automaticTexts: AutomaticTexts;
  /** Undefined while no list of operations is configured. */
  readonly persistedOperations: PersistedOperations | undefined;
  /** Undefined while files are not taken. */
  readonly uploads: UploadLimits | undefined;
  readonly coprocessor: Coprocessor;
  /** Whether anything reads what the context says of the operation. */
  readonly keepsContext: boolean;
  hoistsOrphanErrors(subgraph: string): boolean;
  callerFor(context: CallerContext): CallSubgraph;
  /** Those subgraphs that can be subscribed to. */
  readonly streams: ReadonlyMap<string, SubgraphStream>;
  /** What a subgraph gets to know of a client. */
  headersFor(subgraph: string, sources: HeaderSources): Readonly<Record<string, string>>;
  readonly continuity: Continuity;
  /** Undefined where nobody wants to know what is asked. */
  readonly usage: UsageReporter | undefined;
  /** Whether clients may read answers as server-sent events. */
  readonly offersEvents: boolean;
}

/** What outlives a pipeline: the streams that are open. */
export interface Continuity {
  readonly subscriptions: Subscriptions;
  /** The pipeline that serves now. Undefined until the first one does. */
  serving: Pipeline | undefined;
}

/** For the last answers of operations that come again and again: some hundreds of large ones. */
const recordingsBytesMax = 64 * 1024 * 1024;

export interface PipelineParts {
  coprocessor: Coprocessor;
  config: RouterConfig;
  supergraph: Supergraph;
  schema: GraphQLSchema;
  types: SupergraphTypes;
  telemetry: Telemetry;
  authentication: Authentication;
  entityCache: EntityCache | undefined;
  planner: Planner;
  overload: OverloadGuard;
  rateLimits: RateLimits | undefined;
  automaticTexts: AutomaticTexts;
  persistedOperations: PersistedOperations | undefined;
  subgraphs: ReadonlyMap<string, CallOneSubgraph>;
  streams: ReadonlyMap<string, SubgraphStream>;
  continuity: Continuity;
  usage: UsageReporter | undefined;
}

export function createPipeline({ subgraphs, overload, ...parts }: PipelineParts): Pipeline {
  const { config } = parts;
  return {
    ...parts,
    authorization: createAuthorization(config, parts),
    operations: createOperationCache(config),
    introspections: createIntrospectionCache(),
    outlastsRouter: outlastsRouter(config),
    recordings: new Recordings(recordingsBytesMax),
    admission: createAdmission(config.trafficShaping.router, overload),
    costs: createCostModel(config, parts.supergraph),
    cors: createCors(config.cors),
    findForgery: createForgeryCheck(config.csrf),
    uploads: readUploadLimits(config.previewFileUploads),
    keepsContext: keepsContext(config),
    hoistsOrphanErrors: (name) => hoistingFor(config, name).enabled,
    callerFor: (context) => callerFor(subgraphs, context),
    headersFor: compileHeadersFor(config),
    offersEvents: config.subscription?.enabled === true && config.plugins["mycelium.streaming"].sse.enabled,
  };
}

function compileHeadersFor({ headers }: RouterConfig): Pipeline["headersFor"] {
  const bySubgraph = new Map<string, BuildHeaders>();
  return function headersFor(subgraph, sources) {
    const build = bySubgraph.get(subgraph) ?? compileHeaders(headers, subgraph);
    bySubgraph.set(subgraph, build);
    return build(sources);
  };
}

function keepsContext({ coprocessor, headers }: RouterConfig): boolean {
  const locations = [headers.all, ...Object.values(headers.subgraphs)];
  return (
    coprocessor !== undefined ||
    locations.some(({ request }) => request.some(({ kind }) => kind === "insertFromContext"))
  );
}

function hoistingFor({ experimentalHoistOrphanErrors: { all, subgraphs } }: RouterConfig, name: string) {
  return Object.hasOwn(subgraphs, name) ? (subgraphs[name] ?? all) : all;
}

/** An operation may be as large as a request: their number alone is no bound on memory. */
const textPerOperation = 8_192;
const textMin = 4 * 1024 * 1024;

function createOperationCache({ supergraph }: RouterConfig): Pipeline["operations"] {
  const entriesMax = supergraph.queryPlanning.cacheLimit;
  return new BoundedCache({
    entriesMax,
    weightMax: Math.max(textMin, entriesMax * textPerOperation),
    weigh: (_operation, text) => text.length,
  });
}

function outlastsRouter({ trafficShaping: { router, all, subgraphs } }: RouterConfig): boolean {
  return [all, ...Object.values(subgraphs)].some(({ timeoutMs }) => timeoutMs > router.timeoutMs);
}

function callerFor(subgraphs: ReadonlyMap<string, CallOneSubgraph>, context: CallerContext): CallSubgraph {
  const callSubgraph = (call: SubgraphCall, take?: TakeBytes) => {
    const subgraph = subgraphs.get(call.subgraph);
    if (!subgraph) {
      throw new Error(`the plan names the subgraph ${call.subgraph}, which the supergraph does not have`);
    }
    return subgraph(call, context, take);
  };
  // The cast holds: only a call that takes bytes can come back undefined.
  return callSubgraph as CallSubgraph;
}
