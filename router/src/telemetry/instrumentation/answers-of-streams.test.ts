import { expect, test } from "bun:test";
import { readSamples } from "../test-support/prometheus-samples.ts";
import { requestWith, startTelemetry } from "../test-support/start-telemetry.ts";

const instrument = { type: "counter", unit: "u", description: "d" };
const noStock = { eq: [{ response_errors: "$.[0].extensions.code" }, "NO_STOCK"] };

function observing(supergraph: object, events: object = {}) {
  const { telemetry, lines } = startTelemetry({
    exporters: { metrics: { prometheus: { enabled: true } } },
    instrumentation: { instruments: { supergraph: supergraph }, events: { supergraph: events } },
  });
  const observer = telemetry.observeRequest(requestWith());
  const values = () =>
    Object.fromEntries(
      readSamples(telemetry.renderPrometheus())
        .filter(({ name }) => name.startsWith("my_"))
        .map(({ name, value }) => [name, value]),
    );
  return { observer, values, lines };
}

const failed = JSON.stringify({ errors: [{ message: "none left", extensions: { code: "NO_STOCK" } }] });
const priced = (price: number) => JSON.stringify({ data: { price } });

test("each answer of a stream is counted for itself, after the request has ended too", () => {
  const { observer, values } = observing({
    "my.answers": { ...instrument, value: "event_unit" },
    "my.failures": { ...instrument, value: "event_unit", condition: noStock },
    "my.prices": { ...instrument, value: { event_custom: { response_data: "$.price" } } },
    "my.requests": { ...instrument, value: "unit" },
    "my.firsts": {
      ...{ ...instrument, value: "event_unit" },
      condition: { eq: [{ is_primary_response: true }, true] },
    },
  });
  observer.operation({ name: "Prices", kind: "subscription" });
  const told = observer.watchAnswers();
  told?.(priced(3));
  observer.end({ status: 200 });
  told?.(priced(4));
  told?.(failed);
  expect(values()).toEqual({
    my_requests_total: 1,
    my_firsts_total: 1,
    my_answers_total: 3,
    my_failures_total: 1,
    my_prices_total: 7,
  });
});

test("the one answer of an operation that is no stream counts as one", () => {
  const { observer, values } = observing({
    "my.failures": { ...instrument, value: "event_unit", condition: noStock },
  });
  observer.operation({ name: "Price", kind: "query" });
  observer.end({ status: 200, body: failed });
  observer.end({ status: 200, body: failed });
  expect(values()).toEqual({ my_failures_total: 1 });
});

test("what never became an operation has no answer of the supergraph", () => {
  const { observer, values } = observing({ "my.answers": { ...instrument, value: "event_unit" } });
  observer.end({ status: 400, body: failed });
  expect(values()).toEqual({});
});

test("the time of an answer is from the request to it", () => {
  const { observer, values } = observing({
    "my.times": { ...instrument, type: "histogram", value: "event_duration" },
  });
  observer.operation({ name: "Prices", kind: "subscription" });
  const told = observer.watchAnswers();
  for (let answer = 0; answer < 3; answer++) told?.(priced(1));
  expect(values()).toMatchObject({ my_times_count: 3 });
  expect(values().my_times_sum).toBeGreaterThan(0);
});

test("events are logged for each answer that their condition holds for", () => {
  const event = {
    ...{ message: "out of stock", level: "warn", on: "event_response", condition: noStock },
    attributes: { first: { response_errors: "$.[0].message" } },
  };
  const { observer, lines } = observing({}, { mine: event });
  observer.operation({ name: "Prices", kind: "subscription" });
  const told = observer.watchAnswers();
  told?.(priced(1));
  told?.(failed);
  observer.end({ status: 200 });
  told?.(failed);
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    ["first", "second"].map(() =>
      expect.objectContaining({ kind: "mine", message: "out of stock", first: "none left" }),
    ),
  );
});

test("nobody is asked to tell of answers that nobody looks at", () => {
  const { observer } = observing({ "my.requests": { ...instrument, value: "unit" } });
  expect(observer.watchAnswers()).toBeUndefined();
});
