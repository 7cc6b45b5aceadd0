import { createTelemetry } from "../create-telemetry.ts";
import { defaultTelemetryOptions } from "../default-options.ts";
import type { ObservedRequest, Telemetry } from "../observer.ts";
import type { TelemetryOptions } from "../telemetry-options.ts";

export type Changes<Value> = Value extends readonly unknown[]
  ? Value
  : { [Key in keyof Value]?: Value[Key] extends object | undefined ? Changes<Value[Key]> : Value[Key] };

export interface ObservedTelemetry {
  telemetry: Telemetry;
  lines: string[];
}

/** Telemetry with the defaults and these changes; what it logs is kept. */
export function startTelemetry(
  changes: Changes<TelemetryOptions> = {},
  surroundings: { logFilter?: string; environment?: Record<string, string> } = {},
): ObservedTelemetry {
  const lines: string[] = [];
  const telemetry = createTelemetry(optionsWith(changes), {
    environment: {},
    version: "9.9.9",
    ...surroundings,
    logDestination: { write: (line) => void lines.push(line) },
  });
  return { telemetry, lines };
}

export function optionsWith(changes: Changes<TelemetryOptions>): TelemetryOptions {
  return merge(defaultTelemetryOptions, changes) as TelemetryOptions;
}

export function requestWith(
  headers: Record<string, string> = {},
  changes: Partial<ObservedRequest> = {},
): ObservedRequest {
  return {
    method: "POST",
    path: "/",
    headers: new Headers(headers),
    bodyBytes: 10,
    serverAddress: "127.0.0.1",
    serverPort: 4000,
    ...changes,
  };
}

/** One request as the pipeline observes it, with one fetch. */
export function observeOne(
  telemetry: Telemetry,
  {
    headers = {},
    status = 200,
    errorCode,
  }: { headers?: Record<string, string>; status?: number; errorCode?: string } = {},
): Record<string, string> {
  const sent: Record<string, string> = {};
  const observer = telemetry.observeRequest(requestWith(headers));
  const supergraph = observer.stage("supergraph");
  const parsing = observer.stage("parse_query");
  observer.operation({ name: "Hi", kind: "query", document: "query Hi { hello }" });
  parsing.end();
  const execution = observer.stage("execution");
  const fetch = observer.subgraphFetch({
    subgraph: "a",
    operationName: "Hi__a__0",
    operationKind: "query",
    url: new URL("http://user:pw@a.test:81/graphql?token=t"),
    bodyBytes: 20,
    headers: { "x-sent": "s" },
  });
  fetch.injectTraceHeaders(sent);
  fetch.end({ status: 200, bytes: 30, errorCode, headers: new Headers({ "x-got": "g" }) });
  if (errorCode !== undefined) observer.graphqlErrors([errorCode], "a");
  execution.end();
  supergraph.end();
  observer.end({ status, bytes: 40, headers: new Headers({ "x-answer": "w" }) });
  return sent;
}

function merge(base: unknown, changes: unknown): unknown {
  if (!isMapping(base) || !isMapping(changes)) return changes === undefined ? base : changes;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, change] of Object.entries(changes)) merged[key] = merge(merged[key], change);
  return merged;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
