import { randomUUID } from "node:crypto";
import type { CompiledSubscription } from "../execute/compile-subscription.ts";
import type { PlanRun } from "../execute/plan-run.ts";
import { errorCodes } from "../graphql-error.ts";
import { sortedEntries } from "../sorted-entries.ts";
import type { FatalErrors } from "../streams/stream-part.ts";
import type { CallerContext } from "../subgraphs/caller-context.ts";
import type { SubgraphStream } from "../subgraphs/create-streams.ts";
import type { SubscriberTerms, Subscription, SubscriptionEvent } from "../subscriptions/subscription.ts";
import { subscriptionErrors } from "../subscriptions/subscription-errors.ts";
import { type Answer, type Staged, writeBody } from "./answer.ts";
import { completeAnswer } from "./complete-answer.ts";
import type { Exchange } from "./exchange.ts";
import { callerContext, type Execution } from "./execute-operation.ts";

/** An operation whose plan runs once for each event. */
export interface SubscriptionExecution extends Execution {
  subscription: CompiledSubscription;
}

/** Prepares the operation of an exchange once more, under the pipeline that the exchange now has. */
export type PrepareAnew = (exchange: Exchange) => Promise<Staged<Execution>>;

/** Subscribes at the subgraph; from then on the answer is a stream. */
export async function openSubscription(
  exchange: Exchange,
  execution: SubscriptionExecution,
  prepareAnew: PrepareAnew,
): Promise<Answer> {
  const { config, continuity } = exchange.pipeline;
  const { subgraph } = execution.subscription;
  if (config.subscription?.enabled !== true) {
    return refuse("SUBSCRIPTION_DISABLED", "subscription support is not enabled");
  }
  const subscription = describe({ exchange, execution, prepareAnew, ownKey: randomUUID() });
  if (!subscription) {
    const message = `subscription mode is not configured for subgraph "${subgraph}"`;
    return refuse("INVALID_SUBSCRIPTION_MODE", message);
  }
  const streaming = config.plugins["mycelium.streaming"];
  const opened = await continuity.subscriptions.open(subscription, termsFor(exchange, subgraph), {
    openedMax: config.subscription.maxOpenedSubscriptions ?? streaming.streamsMax,
    perCallerMax: streaming.subscriptionsPerCaller,
  });
  if (opened.kind === "refused") return { status: 200, data: null, errors: opened.errors };
  return { status: 200, stream: { kind: "subscription", parts: opened.parts } };
}

function refuse(code: string, message: string): Answer {
  return { status: 200, data: null, errors: [{ message, extensions: { code } }] };
}

/** Apollo Router's. */
const queueCapacityDefault = 128;

function termsFor({ pipeline: { config }, caller, observer }: Exchange, subgraph: string): SubscriberTerms {
  const expiry = caller.claims?.exp;
  return {
    subject: caller.subject,
    capacity: Math.max(1, config.subscription?.queueCapacity ?? queueCapacityDefault),
    onFull: config.plugins["mycelium.streaming"].slowConsumers,
    expiresAtMs: typeof expiry === "number" ? expiry * 1_000 : undefined,
    lifetimeMsMax: config.subscription?.maxLifetimeMs,
    over: observer.subscriptionOpened(subgraph),
  };
}

interface Described {
  exchange: Exchange;
  execution: SubscriptionExecution;
  prepareAnew: PrepareAnew;
  /** In the place of what could be shared with others. */
  ownKey: string;
}

/** Undefined where the subgraph cannot be subscribed to as configured. */
function describe(described: Described): Subscription | undefined {
  const { exchange, execution, ownKey } = described;
  const { pipeline } = exchange;
  const { subscription, operation, variables } = execution;
  const stream = pipeline.streams.get(subscription.subgraph);
  if (!stream) return undefined;
  const body = subscription.writeBody(variables);
  const context = callerContext(exchange, execution);
  const headers = stream.buildHeaders(context.sources);
  if (stream.context) delete headers[stream.context.header];
  const key = sourceKey({ stream, exchange, headers, body, ownKey, subgraph: subscription.subgraph });
  return {
    audienceKey: audienceKey({ key, exchange, execution, context }),
    source: {
      key,
      subgraph: subscription.subgraph,
      operationName: operation.name ?? "",
      mode: stream.mode,
      resubscribe: pipeline.config.plugins["mycelium.streaming"].resubscribe,
      open: () => openStream(stream, { execution, context, headers, body }),
    },
    answer: (event) => answerEvent(described, stream, event),
    renew: () => renew(described),
  };
}

interface SourceParts {
  stream: SubgraphStream;
  subgraph: string;
  exchange: Exchange;
  headers: Readonly<Record<string, string>>;
  body: string;
  ownKey: string;
}

/** Whatever could make the subgraph answer one client otherwise than another is part of it. */
function sourceKey({ stream, subgraph, exchange, headers, body, ownKey }: SourceParts): string {
  const { sharing, url, mode } = stream;
  if (!sharing) return ownKey;
  const compared = sortedEntries(headers).filter(([name]) => !sharing.ignoredHeaders.has(name));
  const identity = sharing.ignoresCaller ? "" : exchange.caller.identity;
  return digest([subgraph, mode, url.href, compared, identity, body]);
}

interface AudienceParts {
  key: string;
  exchange: Exchange;
  execution: SubscriptionExecution;
  context: CallerContext;
}

/** What the source does not tell apart, but the answer may: the client's own selection, and who asks other subgraphs. */
function audienceKey({ key, exchange, execution, context }: AudienceParts): string {
  const { operation, variables, subscription } = execution;
  const { caller, pipeline } = exchange;
  const others = subscription.subgraphs.map((name) => pipeline.headersFor(name, context.sources));
  return digest([key, operation.text, operation.name, variables, caller.identity, others]);
}

/** Of one short length, however much goes into it: thousands are kept. */
function digest(parts: unknown): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(parts)).digest("base64");
}

interface OpenStream {
  execution: SubscriptionExecution;
  context: CallerContext;
  headers: Readonly<Record<string, string>>;
  body: string;
}

async function openStream(stream: SubgraphStream, { execution, context, headers, body }: OpenStream) {
  const { subgraph, operationName, document } = execution.subscription;
  const { context: signed } = stream;
  const allHeaders = signed
    ? { ...headers, [signed.header]: signed.sign(context.caller, context.observer.requestId) }
    : headers;
  const fetch = context.observer.subgraphFetch({
    subgraph,
    operationName,
    operationKind: "subscription",
    url: stream.url,
    document,
    bodyBytes: body.length,
    headers,
  });
  const traceHeaders: Record<string, string> = {};
  fetch.injectTraceHeaders(traceHeaders);
  let status: number | undefined;
  try {
    const opened = await stream.open({ headers: allHeaders, traceHeaders, body });
    status = 200;
    return opened;
  } finally {
    fetch.end({ status });
  }
}

async function answerEvent(
  { exchange, execution }: Described,
  stream: SubgraphStream,
  { payload, gapMs }: SubscriptionEvent,
): Promise<string> {
  const { pipeline, observer } = exchange;
  const { subscription, variables } = execution;
  try {
    const event = stream.read(payload);
    observer.graphqlErrors(errorCodes(event.errors), subscription.subgraph);
    if (event.data) subscription.begin(event.data);
    const context = eventContext(exchange, execution);
    const run: PlanRun = {
      variables,
      callSubgraph: pipeline.callerFor(context),
      data: event.data,
      errors: event.errors,
      caching: pipeline.entityCache?.begin({ caller: context.caller, sources: context.sources }),
    };
    if (event.data && subscription.rest) await subscription.rest(run);
    const answer = completeAnswer(pipeline, execution, run);
    if (gapMs === undefined) return writeBody(answer);
    const resumed = { resumed: { gapMs: Math.round(gapMs) } };
    return writeBody({ ...answer, extensions: { ...answer.extensions, streaming: resumed } });
  } catch (error) {
    pipeline.telemetry.logger.error(
      { err: error, request_id: observer.requestId },
      "an event was not answered",
    );
    return writeBody({ status: 200, data: null, errors: subscriptionErrors.failed.errors });
  }
}

/** An event has its own time, and others may wait for it when the client who came first has gone. */
function eventContext(exchange: Exchange, execution: SubscriptionExecution): CallerContext {
  const { timeoutMs } = exchange.pipeline.config.trafficShaping.router;
  return {
    ...callerContext(exchange, execution),
    deadlineMs: performance.now() + timeoutMs,
    signal: undefined,
    isWaiting: () => true,
  };
}

/** The same operation as the pipeline that serves now understands it. */
async function renew(described: Described): Promise<Subscription | FatalErrors> {
  const { exchange, prepareAnew } = described;
  const pipeline = exchange.pipeline.continuity.serving ?? exchange.pipeline;
  if (pipeline.config.subscription?.enabled !== true) return subscriptionErrors.configReload;
  const next = { ...exchange, pipeline };
  const prepared = await prepareAnew(next);
  if (prepared.kind === "answer" || !prepared.value.subscription) return subscriptionErrors.schemaReload;
  const execution = { ...prepared.value, subscription: prepared.value.subscription };
  return describe({ ...described, exchange: next, execution }) ?? subscriptionErrors.configReload;
}
