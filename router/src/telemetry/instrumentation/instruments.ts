import type { Instrument } from "../metrics/instrument.ts";
import type { MetricRegistry } from "../metrics/metric-registry.ts";
import type { AttributeOptions, InstrumentationOptions, RequirementLevel } from "../telemetry-options.ts";
import { type AttributeScope, type CompiledAttributes, compileAttributes } from "./attributes.ts";
import { compileCondition } from "./condition.ts";
import type { FetchFacts, Holds, Level, ReadValue, RequestFacts } from "./facts.ts";
import {
  cacheInstruments,
  costInstruments,
  fieldInstruments,
  type KnownInstrument,
  routerInstruments,
  seconds,
  subgraphInstruments,
} from "./known-instruments.ts";
import { compileSelector, type Surroundings } from "./read-selector.ts";

/** Records one metric when a request or a fetch ends. */
export interface Recorder {
  readonly instrument: Instrument;
  readonly attributes: CompiledAttributes;
  readonly holds: Holds | undefined;
  readonly amount: ReadValue;
}

export interface CompiledInstruments {
  /** Of the router and the supergraph. */
  readonly onRequestEnd: readonly Recorder[];
  /** For each answer of a stream, or the one there is. */
  readonly onAnswer: readonly Recorder[];
  readonly onFetchEnd: readonly Recorder[];
  /** For each field of each answer. */
  readonly onFields: readonly Recorder[];
  /** For entities that were looked for in the cache. */
  readonly onCacheUse: readonly Recorder[];
  readonly activeRequests: { instrument: Instrument; attributes: CompiledAttributes } | undefined;
  readonly onSubscriptionEnd: SubscriptionEndRecorder | undefined;
}

export interface SubscriptionEndRecorder {
  readonly instrument: Instrument;
  readonly attributes: CompiledAttributes;
  /** Where among the attributes the reason stands, which is known last; -1 where nobody wants it. */
  readonly reasonAt: number;
}

export function record(recorders: readonly Recorder[], facts: RequestFacts, fetch?: FetchFacts): void {
  for (const { instrument, attributes, holds, amount } of recorders) {
    if (holds && !holds(facts, fetch)) continue;
    const value = amount(facts, fetch);
    const number = typeof value === "number" ? value : Number.parseFloat(String(value));
    if (Number.isFinite(number)) instrument.record(number, attributes.names, attributes.read(facts, fetch));
  }
}

const onlyWhereAskedFor: ReadonlySet<object> = new Set([costInstruments, fieldInstruments, cacheInstruments]);
const activeRequestsName = "http.server.active_requests";
const subscriptionEndName = "apollo.router.operations.subscriptions.terminated.client";
/** Of the router's own instruments those that are not recorded when a request ends. */
const atOtherTimes: readonly string[] = [activeRequestsName, subscriptionEndName];

export interface InstrumentParts {
  options: InstrumentationOptions["instruments"];
  metrics: MetricRegistry;
  surroundings: Surroundings;
}

export function compileInstruments(parts: InstrumentParts): CompiledInstruments {
  const { router, subgraph, graphql, cache } = parts.options;
  const supergraph = splitByMoment(parts.options.supergraph);
  return {
    onRequestEnd: [
      ...compileLevel("router", router, routerInstruments, parts),
      ...compileLevel("supergraph", supergraph.ofRequests, costInstruments, parts),
    ],
    onAnswer: compileLevel("supergraph", supergraph.ofAnswers, {}, parts),
    onFetchEnd: compileLevel("subgraph", subgraph, subgraphInstruments, parts),
    onFields: compileLevel("graphql", graphql, fieldInstruments, parts),
    onCacheUse: compileLevel("cache", cache, cacheInstruments, parts),
    activeRequests: compileActiveRequests(router[activeRequestsName], parts),
    onSubscriptionEnd: compileSubscriptionEnd(router[subscriptionEndName], parts),
  };
}

/** Those whose value begins with `event_` are recorded with each answer, not once for a request. */
function splitByMoment(options: AttributeOptions): {
  ofRequests: AttributeOptions;
  ofAnswers: AttributeOptions;
} {
  const isOfAnswers = (option: unknown) => {
    if (typeof option !== "object" || option === null || !("value" in option)) return false;
    const { value } = option;
    return value === "event_unit" || value === "event_duration" || isEventCustom(value);
  };
  const entries = Object.entries(options);
  return {
    ofRequests: Object.fromEntries(entries.filter(([, option]) => !isOfAnswers(option))),
    ofAnswers: Object.fromEntries(entries.filter(([, option]) => isOfAnswers(option))),
  };
}

function isEventCustom(value: unknown): value is { event_custom: unknown } {
  return typeof value === "object" && value !== null && "event_custom" in value;
}

function compileLevel(
  level: "router" | "supergraph" | "subgraph" | "graphql" | "cache",
  options: AttributeOptions,
  known: Readonly<Record<string, KnownInstrument>>,
  { options: { defaultRequirementLevel: requirement }, metrics, surroundings }: InstrumentParts,
): Recorder[] {
  const scope: AttributeScope = { level, signal: "metrics", requirement, surroundings };
  const recorders: Recorder[] = [];
  for (const [key, { name = key, kind = "histogram", description, unit, amount }] of Object.entries(known)) {
    const option = options[key] ?? (requirement !== "none" && !onlyWhereAskedFor.has(known));
    if (option === false) continue;
    const attributes =
      key === "apollo.router.overhead"
        ? compileOverheadAttributes(option, scope)
        : compileAttributes(attributesOf(option), scope);
    const instrument = metrics.instrument({ name, kind, description, unit });
    recorders.push({ instrument, attributes, amount, holds: undefined });
  }
  for (const [name, option] of Object.entries(options)) {
    if (option === undefined || name in known || atOtherTimes.includes(name)) continue;
    recorders.push(compileCustom(name, option as CustomInstrument, { scope, metrics }));
  }
  return recorders;
}

interface CustomInstrument {
  type: "counter" | "histogram";
  value: unknown;
  unit: string;
  description: string;
  attributes?: AttributeOptions | undefined;
  condition?: unknown;
}

function compileCustom(
  name: string,
  { type, value, unit, description, attributes = {}, condition }: CustomInstrument,
  { scope, metrics }: { scope: AttributeScope; metrics: MetricRegistry },
): Recorder {
  const { level, surroundings } = scope;
  return {
    instrument: metrics.instrument({ name, kind: type, description, unit }),
    // An instrument of one's own has only the attributes that one names.
    attributes: compileAttributes(attributes, { ...scope, requirement: "none" }),
    amount: compileAmount(value, level, surroundings),
    holds: condition === undefined ? undefined : compileCondition(level, condition, surroundings),
  };
}

function compileAmount(value: unknown, level: Level, surroundings: Surroundings): ReadValue {
  if (value === "unit" || value === "event_unit") return () => 1;
  if (value === "duration" || value === "event_duration") return seconds;
  return compileSelector(level, isEventCustom(value) ? value.event_custom : value, surroundings);
}

function compileOverheadAttributes(option: unknown, scope: AttributeScope): CompiledAttributes {
  const own = { "subgraph.active_requests": { active_subgraph_requests: "bool" } };
  return compileAttributes({ ...own, ...attributesOf(option) }, { ...scope, requirement: "none" });
}

function compileActiveRequests(
  option: unknown,
  { options, metrics, surroundings }: InstrumentParts,
): CompiledInstruments["activeRequests"] {
  const requirement = options.defaultRequirementLevel;
  if (isOff(option, requirement)) return undefined;
  const isAsked = typeof option === "object";
  const instrument = metrics.instrument({
    name: activeRequestsName,
    kind: "up_down_counter",
    description: "Number of active HTTP server requests.",
    unit: "request",
  });
  const asked = isAsked || requirement === "none" ? attributesOf(option) : { "http.request.method": true };
  return {
    instrument,
    attributes: compileAttributes(asked, {
      level: "router",
      signal: "metrics",
      requirement: "none",
      surroundings,
    }),
  };
}

function compileSubscriptionEnd(
  option: unknown,
  { options, metrics, surroundings }: InstrumentParts,
): SubscriptionEndRecorder | undefined {
  if (isOff(option, options.defaultRequirementLevel)) return undefined;
  const { reason = true, "subgraph.name": subgraph = true, ...others } = attributesOf(option);
  const scope: AttributeScope = { level: "router", signal: "metrics", requirement: "none", surroundings };
  const compiled = compileAttributes(others, scope);
  const names = [...compiled.names, ...(subgraph ? ["subgraph.name"] : []), ...(reason ? ["reason"] : [])];
  return {
    instrument: metrics.instrument({
      name: subscriptionEndName,
      kind: "counter",
      description: "Number of clients' subscriptions that ended",
      unit: "subscription",
    }),
    attributes: {
      names,
      read: (facts) => [...compiled.read(facts), ...(subgraph ? [facts.subscribedSubgraph] : [])],
    },
    reasonAt: names.indexOf("reason"),
  };
}

function attributesOf(option: unknown): AttributeOptions {
  return typeof option === "object" && option !== null && "attributes" in option
    ? (option.attributes as AttributeOptions)
    : {};
}

function isOff(option: unknown, requirement: RequirementLevel): boolean {
  return option === false || (option === undefined && requirement === "none");
}
