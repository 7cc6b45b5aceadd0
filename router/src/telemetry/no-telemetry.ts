import { pino } from "pino";
import type { FetchObserver, ProcessMeters, RequestObserver, StageObserver, Telemetry } from "./observer.ts";

const nothing = (): void => {};
const endNothing = (): (() => void) => nothing;

export const noStage: StageObserver = { end: nothing };

export const noFetch: FetchObserver = { injectTraceHeaders: nothing, end: nothing };

export const noMeters: ProcessMeters = {
  watchCache: endNothing,
  cacheHit: nothing,
  cacheMiss: nothing,
  watchRedis: endNothing,
  redisCommand: nothing,
  redisError: nothing,
  batched: nothing,
  persistedQuery: nothing,
  costJudged: nothing,
  rateLimited: nothing,
  watchConnections: endNothing,
  pipelineStarted: endNothing,
  schemaLoaded: nothing,
  stateChanged: nothing,
  queryPlanned: nothing,
  plansWarmedUp: nothing,
  jwtChecked: nothing,
  operationGuarded: nothing,
  subscriptionOpened: nothing,
  subscriptionClosed: nothing,
  watchGhost: endNothing,
  responseCache: {
    fetched: nothing,
    fetchFailed: nothing,
    entities: nothing,
    inserted: nothing,
    insertFailed: nothing,
    invalidationRequested: nothing,
    invalidated: nothing,
    invalidationFailed: nothing,
    cdnHeader: nothing,
    judged: nothing,
  },
  subscriptionRequested: nothing,
  subscriptionEvent: nothing,
  subscriptionRejected: nothing,
  subscriptionEndedBySubgraph: nothing,
  eventSkipped: nothing,
  coprocessorAsked: nothing,
  usageLost: nothing,
  circuitChanged: nothing,
  subgraphCallRefused: nothing,
  subgraphCallRetried: nothing,
  watchSubgraphs: endNothing,
};

export const noRequest: RequestObserver = {
  requestId: "unobserved",
  traceId: undefined,
  stage: () => noStage,
  operation: nothing,
  cost: nothing,
  cacheUsed: nothing,
  subgraphFetch: () => noFetch,
  graphqlErrors: nothing,
  subscriptionOpened: () => undefined,
  watchAnswers: () => undefined,
  failed: nothing,
  writeResponseHeaders: nothing,
  end: nothing,
};

/** For tests, and for commands that answer no requests. */
export const noTelemetry: Telemetry = {
  logger: pino({ level: "silent" }),
  meters: noMeters,
  observeRequest: () => noRequest,
  renderPrometheus: () => "",
  reconfigure: nothing,
  shutdown: async () => {},
};
