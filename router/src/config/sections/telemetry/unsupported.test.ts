import { describe, expect, test } from "bun:test";
import {
  unsupportedAttributes,
  unsupportedSelectors,
} from "../../../telemetry/instrumentation/unsupported.ts";
import { loadConfig } from "../../load.ts";

function refusedPaths(instrumentation: unknown): string[] | string {
  const text = JSON.stringify({ telemetry: { instrumentation } });
  const loaded = loadConfig({ text, fileName: "f", environment: {}, readFile: () => undefined, dev: false });
  return loaded.kind === "ok" ? loaded.refused.map(({ path }) => path) : JSON.stringify(loaded.problems);
}

/** A value that the selector's own schema takes. */
function argumentOf(selector: string): unknown {
  const arguments_: Record<string, unknown> = {
    response_body: true,
    studio_operation_id: true,
    cache: "hit",
    response_cache: "hit",
    response_cache_status: "status",
    response_cache_control: "scope",
  };
  return arguments_[selector] ?? "x";
}

describe("what telemetry cannot do is refused, and nothing beside it", () => {
  for (const [level, selectors] of Object.entries(unsupportedSelectors)) {
    test.each([...selectors])(`${level} selector %s`, (selector) => {
      const attributes = { mine: { [selector]: argumentOf(selector) }, other: { static: 1 } };
      const path = `telemetry.instrumentation.spans.${level}.attributes.mine.${selector}`;
      expect(refusedPaths({ spans: { [level]: { attributes } } })).toEqual([path]);
    });
  }

  for (const [level, names] of Object.entries(unsupportedAttributes)) {
    test.each([...names])(`${level} attribute %s`, (name) => {
      const spans = (value: boolean) => ({ spans: { [level]: { attributes: { [name]: value } } } });
      expect(refusedPaths(spans(true))).toHaveLength(1);
      expect(refusedPaths(spans(false))).toEqual([]);
    });
  }

  test("baggage but in spans: clients could make labels", () => {
    const attributes = { baggage: true };
    const path =
      'telemetry.instrumentation.instruments.router["http.server.request.duration"].attributes.baggage';
    const instruments = { router: { "http.server.request.duration": { attributes } } };
    expect(refusedPaths({ instruments })).toEqual([path]);
    expect(refusedPaths({ spans: { router: { attributes } } })).toEqual([]);
  });

  test("instruments of one's own of the cache", () => {
    const custom = { type: "counter", unit: "u", description: "d", value: "unit" };
    const cache = (name: string, value: unknown) => ({ instruments: { cache: { [name]: value } } });
    const refused = ["telemetry.instrumentation.instruments.cache"];
    expect(refusedPaths(cache("mine", custom))).toEqual(refused);
    expect(refusedPaths(cache("constructor", custom))).toEqual(refused);
    expect(refusedPaths(cache("apollo.router.response.cache", true))).toEqual([]);
  });

  test.each(["unit", "duration", "event_unit", "event_duration", { event_custom: { static: "1" } }])(
    "none of the values that instruments of the supergraph have: %j",
    (value) => {
      const mine = { type: "counter", unit: "u", description: "d", value };
      expect(refusedPaths({ instruments: { supergraph: { mine } } })).toEqual([]);
    },
  );

  test("events of answers where there are none, and paths with filters", () => {
    const event = { message: "m", level: "info", on: "event_response" };
    expect(refusedPaths({ events: { router: { mine: event } } })).toHaveLength(1);
    expect(refusedPaths({ events: { supergraph: { mine: event } } })).toEqual([]);
    const condition = { exists: { response_errors: "$[?(@.code)]" } };
    expect(refusedPaths({ events: { supergraph: { response: { level: "info", condition } } } })).toEqual([
      "telemetry.instrumentation.events.supergraph.response.condition.exists.response_errors",
    ]);
  });
});
