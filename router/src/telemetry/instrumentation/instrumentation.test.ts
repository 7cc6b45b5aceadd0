import { describe, expect, test } from "bun:test";
import type { InstrumentationOptions, TelemetryOptions } from "../telemetry-options.ts";
import { readSamples } from "../test-support/prometheus-samples.ts";
import { type Changes, observeOne, requestWith, startTelemetry } from "../test-support/start-telemetry.ts";
import { UnsupportedTelemetry, unsupportedAttributes, unsupportedSelectors } from "./unsupported.ts";

function configure(instrumentation: Changes<InstrumentationOptions>): Changes<TelemetryOptions> {
  return { exporters: { metrics: { prometheus: { enabled: true } } }, instrumentation };
}

/** Labels and value of a counter after these requests. */
function countOf(instrument: object, level: "router" | "supergraph" | "subgraph" = "router") {
  const options = { type: "counter", value: "unit", unit: "x", description: "d", ...instrument };
  const { telemetry } = startTelemetry(configure({ instruments: { [level]: { custom: options } } }), {
    environment: { ZONE: "eu" },
  });
  observeOne(telemetry, {
    headers: { "x-tenant": "t1", authorization: "Bearer s3cret", baggage: "user=7,b=2" },
  });
  observeOne(telemetry, { status: 503, errorCode: "BOOM" });
  return readSamples(telemetry.renderPrometheus())
    .filter(({ name }) => name === "custom_total")
    .map(({ labels: { otel_scope_name: _, ...labels }, value }) => ({ labels, value }));
}

describe("selectors of attributes", () => {
  const ofRouter: [object, string | undefined][] = [
    [{ request_header: "x-tenant" }, "t1"],
    [{ request_header: "x-none", default: "d" }, "d"],
    [{ request_header: "authorization" }, "***MASKED***"],
    [{ request_header: "authorization", redact: "allow" }, "Bearer s3cret"],
    [{ request_header: "x-tenant", redact: "mask" }, "***MASKED***"],
    [{ response_header: "x-answer" }, "w"],
    [{ request_method: true }, "POST"],
    [{ response_status: "code" }, "200"],
    [{ response_status: "reason" }, "OK"],
    [{ operation_name: "string" }, "Hi"],
    [{ operation_name: "hash" }, "3639efcd08abb273b1619e82e78c29a7df02c1051b1820e99fc395dcaa3326b8"],
    [{ static: 5 }, "5"],
    [{ env: "ZONE" }, "eu"],
    [{ baggage: "user" }, "7"],
    [{ on_graphql_error: true }, "false"],
    [{ response_size_hint: true }, "40"],
    [{ static: "v", condition: { eq: [1, 2] } }, undefined],
  ];
  for (const [selector, value] of ofRouter) {
    test(`router ${JSON.stringify(selector)}`, () => {
      const counts = countOf({
        attributes: { a: selector },
        condition: { eq: [{ response_status: "code" }, 200] },
      });
      expect(counts).toEqual([{ labels: value === undefined ? {} : { a: value }, value: 1 }]);
    });
  }

  test("who asked, and how, by Apollo Router's names", () => {
    const names = ["network.peer.address", "network.peer.port", "network.type", "url.query"];
    const attributes = Object.fromEntries(names.map((name) => [name, true]));
    const instrument = { type: "counter", value: "unit", unit: "x", description: "d", attributes };
    const { telemetry } = startTelemetry(configure({ instruments: { router: { custom: instrument } } }));
    const received = new Request("http://router.test/?query={a}&x=1");
    const peers = { requestIP: () => ({ address: "10.0.0.9", port: 5_123 }) };
    for (const request of [requestWith({}, { received, peers }), requestWith({}, { serverAddress: "::1" })])
      telemetry.observeRequest(request).end({ status: 200 });
    const labels = readSamples(telemetry.renderPrometheus())
      .filter(({ name }) => name === "custom_total")
      .map(({ labels: { otel_scope_name: _, ...others } }) => others);
    expect(labels).toEqual([
      {
        network_peer_address: "10.0.0.9",
        network_peer_port: "5123",
        network_type: "ipv4",
        url_query: "query={a}&x=1",
      },
      { network_type: "ipv6" },
    ]);
  });

  const ofSubgraph: [object, string][] = [
    [{ subgraph_name: true }, "a"],
    [{ subgraph_operation_name: "string" }, "Hi__a__0"],
    [{ subgraph_operation_kind: "string" }, "query"],
    [{ subgraph_request_header: "X-Sent" }, "s"],
    [{ subgraph_response_header: "x-got" }, "g"],
    [{ subgraph_response_status: "code" }, "200"],
    [{ subgraph_request_body_size: true }, "20"],
    [{ subgraph_response_body_size: true }, "30"],
    [{ supergraph_operation_name: "string" }, "Hi"],
    [{ supergraph_operation_kind: "string" }, "query"],
    [{ supergraph_query: "string" }, "query Hi { hello }"],
    [{ supergraph_request_header: "x-tenant" }, "t1"],
  ];
  for (const [selector, value] of ofSubgraph) {
    test(`subgraph ${JSON.stringify(selector)}`, () => {
      const condition = { not: { subgraph_on_graphql_error: true } };
      const wrong = { eq: [{ subgraph_on_graphql_error: true }, true] };
      expect(() => countOf({ condition }, "subgraph")).toThrow(UnsupportedTelemetry);
      expect(countOf({ attributes: { a: selector }, condition: { not: wrong } }, "subgraph")).toEqual([
        { labels: { a: value }, value: 1 },
      ]);
    });
  }
});

describe("conditions", () => {
  const status = { response_status: "code" };
  const cases: [unknown, number][] = [
    [{ eq: [status, 503] }, 1],
    [{ gt: [status, 199] }, 2],
    [{ lt: [status, 300] }, 1],
    [{ gt: [{ request_header: "x-none" }, 0] }, 0],
    [{ exists: { request_header: "x-tenant" } }, 1],
    [{ not: { exists: { request_header: "x-tenant" } } }, 1],
    [{ all: [{ gt: [status, 199] }, { lt: [status, 300] }] }, 1],
    [{ any: [{ eq: [status, 200] }, { eq: [status, 503] }] }, 2],
    [{ eq: [{ on_graphql_error: true }, true] }, 1],
    ["true", 2],
    ["false", 0],
  ];
  for (const [condition, count] of cases) {
    test(JSON.stringify(condition), () => {
      expect(countOf({ condition })[0]?.value ?? 0).toBe(count);
    });
  }
});

describe("instruments", () => {
  const names = (instruments: Changes<InstrumentationOptions["instruments"]>) => {
    const { telemetry } = startTelemetry(configure({ instruments }));
    observeOne(telemetry);
    return new Set(
      readSamples(telemetry.renderPrometheus()).map(({ name }) => name.replace(/_(bucket|sum|count)$/, "")),
    );
  };

  test("known ones can be switched off", () => {
    const all = names({});
    const fewer = names({
      router: { "http.server.request.duration": false, "http.server.active_requests": false },
    });
    expect(all.difference(fewer)).toEqual(
      new Set(["http_server_request_duration_seconds", "http_server_active_requests"]),
    );
  });

  test("without defaults only what is asked for is there", () => {
    expect(
      names({ defaultRequirementLevel: "none", subgraph: { "http.client.request.duration": true } }),
    ).toEqual(
      new Set(["apollo_router_operations_total", "http_client_request_duration_seconds", "target_info"]),
    );
  });

  test("attributes are added, renamed and taken away", () => {
    const attributes = {
      "http.request.method": { alias: "verb" },
      "server.address": false,
      "server.port": false,
      tenant: { request_header: "x-tenant" },
    };
    const { telemetry } = startTelemetry(
      configure({ instruments: { router: { "http.server.request.duration": { attributes } } } }),
    );
    observeOne(telemetry, { headers: { "x-tenant": "t1" } });
    const sample = readSamples(telemetry.renderPrometheus()).find(
      ({ name }) => name === "http_server_request_duration_seconds_count",
    );
    expect(sample?.labels).toEqual({
      verb: "POST",
      http_response_status_code: "200",
      tenant: "t1",
      otel_scope_name: "apollo/router",
    });
  });

  test("a histogram takes its value from a selector", () => {
    const mine = { type: "histogram", value: { response_header: "x-cost" }, unit: "ms", description: "d" };
    const { telemetry } = startTelemetry(configure({ instruments: { router: { mine } } }));
    for (const cost of ["2.5", "not a number"]) {
      const observer = telemetry.observeRequest({ method: "GET", path: "/", headers: new Headers() });
      observer.end({ status: 200, headers: new Headers({ "x-cost": cost }) });
    }
    const samples = readSamples(telemetry.renderPrometheus()).filter(({ name }) =>
      /^mine_milliseconds_(sum|count)$/.test(name),
    );
    expect(samples.map(({ value }) => value)).toEqual([2.5, 1]);
  });
});

describe("events", () => {
  test("are lines at their level, with their attributes, where their condition holds", () => {
    const { telemetry, lines } = startTelemetry({
      instrumentation: {
        events: {
          router: {
            request: "info",
            response: { level: "warn", condition: { eq: [{ response_status: "code" }, 503] } },
            error: "off",
          },
          supergraph: {
            mine: {
              message: "an operation",
              on: "response",
              level: "info",
              attributes: { op: { operation_name: "string" } },
            },
          },
          subgraph: { error: "error" },
        },
      },
    });
    observeOne(telemetry, { headers: { authorization: "Bearer s3cret" } });
    observeOne(telemetry, { status: 503, errorCode: "BOOM" });
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ level, kind }) => `${level} ${kind}`)).toEqual([
      ...["INFO router.request", "INFO mine"],
      ...[
        "INFO router.request",
        "ERROR subgraph.error",
        "INFO mine",
        "WARN router.response",
        "ERROR undefined",
      ],
    ]);
    expect(events[1]).toMatchObject({ message: "an operation", op: "Hi" });
    expect(lines.join("")).not.toContain("s3cret");
  });
});

describe("what is not supported is refused", () => {
  const attempts: [string, Changes<InstrumentationOptions>][] = [];
  for (const level of ["router", "subgraph"] as const) {
    for (const selector of unsupportedSelectors[level]) {
      attempts.push([
        `${level} ${selector}`,
        { spans: { [level]: { attributes: { a: { [selector]: "x" } } } } },
      ]);
    }
  }
  for (const attribute of unsupportedAttributes.router) {
    attempts.push([`router ${attribute}`, { spans: { router: { attributes: { [attribute]: true } } } }]);
  }
  attempts.push([
    "event_response",
    { events: { router: { e: { on: "event_response", level: "info", message: "m" } } } },
  ]);
  attempts.push(["deprecated spans", { spans: { mode: "deprecated" } }]);
  for (const [name, instrumentation] of attempts) {
    test(name, () => expect(() => startTelemetry({ instrumentation })).toThrow(UnsupportedTelemetry));
  }
});
