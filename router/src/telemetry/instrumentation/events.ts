import type { Logger } from "pino";
import type { AttributeOptions, InstrumentationOptions } from "../telemetry-options.ts";
import { type CompiledAttributes, compileAttributes } from "./attributes.ts";
import { compileCondition } from "./condition.ts";
import type { FetchFacts, Holds, RequestFacts } from "./facts.ts";
import type { Surroundings } from "./read-selector.ts";
import { UnsupportedTelemetry } from "./unsupported.ts";

/** `event_response`: each answer of a stream, or the one there is. */
export type EventMoment = "request" | "response" | "event_response" | "error";
type EventLevel = "router" | "supergraph" | "subgraph";

interface CompiledEvent {
  level: "info" | "warn" | "error";
  kind: string;
  message: string;
  holds: Holds;
  attributes: CompiledAttributes;
}

export type CompiledEvents = Readonly<
  Record<EventLevel, Readonly<Record<EventMoment, readonly CompiledEvent[]>>>
>;

/** `undefined` when no event is on. */
export function compileEvents(
  { router, supergraph, subgraph }: InstrumentationOptions["events"],
  surroundings: Surroundings,
): CompiledEvents | undefined {
  const events: CompiledEvents = {
    router: compileLevel("router", router, surroundings),
    supergraph: compileLevel("supergraph", supergraph, surroundings),
    subgraph: compileLevel("subgraph", subgraph, surroundings),
  };
  const isOn = Object.values(events).some((moments) =>
    Object.values(moments).some((list) => list.length > 0),
  );
  return isOn ? events : undefined;
}

/** Bodies and variables are never a part of it; headers only where an attribute names them. */
export function logEvents(
  logger: Logger,
  events: readonly CompiledEvent[],
  facts: RequestFacts,
  fetch?: FetchFacts,
): void {
  for (const { level, kind, message, holds, attributes } of events) {
    if (!holds(facts, fetch)) continue;
    const values = attributes.read(facts, fetch);
    const fields: Record<string, unknown> = { kind, request_id: facts.requestId, trace_id: facts.traceId };
    attributes.names.forEach((name, index) => {
      fields[name] = values[index];
    });
    logger[level](fields, message);
  }
}

interface EventOptions {
  level: CompiledEvent["level"] | "off";
  condition?: unknown;
  on?: EventMoment;
  message?: string;
  attributes?: AttributeOptions;
}

function compileLevel(level: EventLevel, options: AttributeOptions, surroundings: Surroundings) {
  const moments: Record<EventMoment, CompiledEvent[]> = {
    request: [],
    response: [],
    event_response: [],
    error: [],
  };
  for (const [name, option] of Object.entries(options)) {
    if (option === undefined) continue;
    const event =
      typeof option === "string" ? { level: option as EventOptions["level"] } : (option as EventOptions);
    if (event.level === "off") continue;
    const isKnown = name === "request" || name === "response" || name === "error";
    const moment = isKnown ? name : event.on;
    if (moment === undefined || (moment === "event_response" && level !== "supergraph")) {
      throw new UnsupportedTelemetry(`the event "${name}" of ${level}: on ${moment}`);
    }
    moments[moment].push({
      level: event.level,
      kind: isKnown ? `${level}.${name}` : name,
      message: event.message ?? `${level} ${name}`,
      holds: compileCondition(level, event.condition, surroundings),
      attributes: compileAttributes(event.attributes ?? {}, {
        ...{ level, signal: "spans", surroundings },
        requirement: isKnown ? "required" : "none",
      }),
    });
  }
  return moments;
}
