import { randomUUID } from "node:crypto";
import type { CompiledSubscription } from "../execute/compile-subscription.ts";
import type { PlanRun } from "../execute/plan-run.ts";
import { errorCodes } from "../graphql-error.ts";
import { sortedEntries } from "../sorted-entries.ts";
import type { FatalErrors } from "../streams/stream-part.ts";
import type { CallerContext } from "../subgraphs/caller-context.ts";
import type { SubgraphStream } from "../subgraphs/create-streams.ts";
import type { HeaderSources } from "../subgraphs/propagate-headers.ts";
import type { Subscription, SubscriptionEvent, SubscriptionSource } from "../subscriptions/subscription.ts";
import { subscriptionErrors } from "../subscriptions/subscription-errors.ts";
import { type Staged, writeBody } from "./answer.ts";
import { completeAnswer } from "./complete-answer.ts";
import { type Exchange, exchangeAnew, type KeptExchange } from "./exchange.ts";
import { contextOf, type Execution, sourcesOf } from "./execute-operation.ts";
import type { GraphqlRequest } from "./read-graphql-request.ts";

/** An operation whose plan runs once for each event. */
export interface SubscriptionExecution extends Execution {
  subscription: CompiledSubscription;
}

/** Prepares an operation once more, under the pipeline of the exchange. */
export type PrepareAnew = (exchange: Exchange, request: GraphqlRequest) => Promise<Staged<Execution>>;

interface Surroundings {
  prepareAnew: PrepareAnew;
  /** What no other subscription has, where the subgraph's side is not to be shared. */
  ownKey?: string | undefined;
}

/** What a client subscribed to. Thousands are kept for hours: they hold what events need, and nothing else. */
export class ClientSubscription implements Subscription {
  readonly audienceKey: string;
  readonly source: SubgraphSource;
  private readonly prepareAnew: PrepareAnew;

  /** Undefined where the subgraph cannot be subscribed to as configured. */
  static describe(
    exchange: KeptExchange,
    execution: SubscriptionExecution,
    surroundings: Surroundings,
  ): ClientSubscription | undefined {
    const stream = exchange.pipeline.streams.get(execution.subscription.subgraph);
    return stream && new ClientSubscription(exchange, keepExecution(execution), { stream, ...surroundings });
  }

  private constructor(
    readonly exchange: KeptExchange,
    readonly execution: KeptExecution,
    { stream, ownKey, prepareAnew }: Surroundings & { stream: SubgraphStream },
  ) {
    const { pipeline, caller } = exchange;
    const { operation, variables, subscription } = execution;
    const sources = sourcesOf(exchange, execution);
    this.prepareAnew = prepareAnew;
    this.source = new SubgraphSource(this, { stream, sources, ownKey });
    // What the source does not tell apart, but the answer may: the selection, and who asks other subgraphs.
    const others = subscription.subgraphs.map((name) => pipeline.headersFor(name, sources));
    const compared = [operation.text, operation.name, variables, caller.identity, others];
    this.audienceKey = digest([this.source.key, ...compared]);
  }

  async answer({ payload, gapMs }: SubscriptionEvent): Promise<string> {
    const { pipeline, observer } = this.exchange;
    const { subscription, operation, unauthorized, variables } = this.execution;
    try {
      const event = this.source.read(payload);
      observer.graphqlErrors(errorCodes(event.errors), subscription.subgraph);
      if (event.data) subscription.begin(event.data);
      const context = this.eventContext();
      const run: PlanRun = {
        variables,
        callSubgraph: pipeline.callerFor(context),
        data: event.data,
        errors: event.errors,
        caching: pipeline.entityCache?.begin(context),
      };
      if (event.data && subscription.rest) await subscription.rest(run);
      const answer = completeAnswer(pipeline, { operation, unauthorized, variables }, run);
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

  /** The same operation as the pipeline that serves now understands it. */
  async renew(): Promise<Subscription | FatalErrors> {
    const { exchange, source, prepareAnew } = this;
    const pipeline = exchange.pipeline.continuity.serving ?? exchange.pipeline;
    if (pipeline.config.subscription?.enabled !== true) return subscriptionErrors.configReload;
    const kept = { ...exchange, pipeline };
    const prepared = await prepareAnew(exchangeAnew(kept), this.execution.graphqlRequest);
    if (prepared.kind === "answer" || !prepared.value.subscription) return subscriptionErrors.schemaReload;
    const execution = { ...prepared.value, subscription: prepared.value.subscription };
    const surroundings = { prepareAnew, ownKey: source.ownKey };
    const next = ClientSubscription.describe(kept, execution, surroundings);
    if (!next) return subscriptionErrors.configReload;
    return next.audienceKey === this.audienceKey ? this.become(next) : next;
  }

  /** Stays the object that it was: thousands that take the place of others would leave holes in memory. */
  private become({ exchange, execution, source }: ClientSubscription): this {
    Object.assign(this.exchange, exchange);
    Object.assign(this.execution, execution);
    this.source.become(source);
    return this;
  }

  /** An event has its own time, and others may wait for it when the client who came first has gone. */
  private eventContext(): CallerContext {
    const { timeoutMs } = this.exchange.pipeline.config.trafficShaping.router;
    return contextOf(this.exchange, this.execution, {
      deadlineMs: performance.now() + timeoutMs,
      signal: undefined,
      isWaiting: () => true,
    });
  }
}

type KeptExecution = Pick<
  SubscriptionExecution,
  "operation" | "unauthorized" | "variables" | "graphqlRequest" | "price" | "subscription"
>;

function keepExecution({
  operation,
  unauthorized,
  variables,
  graphqlRequest,
  price,
  subscription,
}: SubscriptionExecution): KeptExecution {
  // One text for all who ask the same.
  const query = graphqlRequest.query === operation.text ? operation.text : graphqlRequest.query;
  return {
    operation,
    unauthorized,
    variables,
    graphqlRequest: { ...graphqlRequest, query },
    price,
    subscription,
  };
}

type Sharing = NonNullable<SubgraphStream["sharing"]>;

const notShared: Sharing = { ignoredHeaders: new Set(), ignoresCaller: false };

interface SourceParts {
  stream: SubgraphStream;
  sources: HeaderSources;
  ownKey: string | undefined;
}

/** The subgraph's side of it. */
class SubgraphSource implements SubscriptionSource {
  readonly key: string;
  readonly ownKey: string | undefined;
  private stream: SubgraphStream;
  private headers: Readonly<Record<string, string>>;

  constructor(
    private readonly client: ClientSubscription,
    { stream, sources, ownKey }: SourceParts,
  ) {
    this.stream = stream;
    const headers = stream.buildHeaders(sources);
    if (stream.context) delete headers[stream.context.header];
    this.headers = headers;
    this.ownKey = stream.sharing ? undefined : (ownKey ?? randomUUID());
    this.key = this.makeKey(stream.sharing ?? notShared);
  }

  get subgraph(): string {
    return this.client.execution.subscription.subgraph;
  }

  get operationName(): string {
    return this.client.execution.operation.name ?? "";
  }

  get mode() {
    return this.stream.mode;
  }

  get resubscribe() {
    return this.client.exchange.pipeline.config.plugins["mycelium.streaming"].resubscribe;
  }

  /** What has the same key is asked the same, though perhaps in another way. */
  become({ stream, headers }: SubgraphSource): void {
    this.stream = stream;
    this.headers = headers;
  }

  read(payload: SubscriptionEvent["payload"]) {
    return this.stream.read(payload);
  }

  async open() {
    const { stream, headers } = this;
    const { observer, caller } = this.client.exchange;
    const { subgraph, operationName, document } = this.client.execution.subscription;
    const body = this.writeBody();
    const { context: signed } = stream;
    const allHeaders = signed
      ? { ...headers, [signed.header]: signed.sign(caller, observer.requestId) }
      : headers;
    const fetch = observer.subgraphFetch({
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

  private writeBody(): string {
    const { subscription, variables } = this.client.execution;
    return subscription.writeBody(variables);
  }

  /** Whatever could make the subgraph answer one client otherwise than another is part of it. */
  private makeKey({ ignoredHeaders, ignoresCaller }: Sharing): string {
    const { subgraph, mode, ownKey } = this;
    const compared = sortedEntries(this.headers).filter(([name]) => !ignoredHeaders.has(name));
    const identity = ignoresCaller ? "" : this.client.exchange.caller.identity;
    return digest([ownKey, subgraph, mode, this.stream.url.href, compared, identity, this.writeBody()]);
  }
}

/** Of one short length, however much goes into it: thousands are kept. */
function digest(parts: unknown): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(parts)).digest("base64");
}
