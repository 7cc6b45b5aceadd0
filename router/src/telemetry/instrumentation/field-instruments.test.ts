import { expect, test } from "bun:test";
import type { ObservedField } from "../observer.ts";
import { readSamples } from "../test-support/prometheus-samples.ts";
import { requestWith, startTelemetry } from "../test-support/start-telemetry.ts";

const fields: readonly ObservedField[] = [
  {
    ...{ key: "all", name: "books", typeName: "Book", parentTypeName: "Query" },
    fields: [
      { key: "title", name: "title", typeName: "String", parentTypeName: "Book", fields: [] },
      { key: "tags", name: "tags", typeName: "String", parentTypeName: "Book", fields: [] },
      // Selected, but skipped: nothing that every object has may be taken for it.
      { key: "constructor", name: "title", typeName: "String", parentTypeName: "Book", fields: [] },
    ],
  },
];

const data = {
  all: [
    { title: "A", tags: ["x", "y"] },
    { title: null, tags: [] },
  ],
};

/** What a name's samples are after one answer: by their labels, without those of the router itself. */
function samplesOf(name: string, graphql: object, requirement: "none" | "required" = "required") {
  const { telemetry } = startTelemetry({
    exporters: { metrics: { prometheus: { enabled: true } } },
    instrumentation: { instruments: { defaultRequirementLevel: requirement, graphql } },
  });
  const observer = telemetry.observeRequest(requestWith());
  observer.operation({ name: "Shelf", kind: "query", fields: () => fields });
  observer.end({ status: 200, body: JSON.stringify({ data }) });
  return readSamples(telemetry.renderPrometheus())
    .filter((sample) => sample.name === name)
    .map(({ labels: { otel_scope_name: _, ...labels }, value }) => [labels, value]);
}

const named = (field: string, type: string, parent: string) => ({
  graphql_field_name: field,
  graphql_field_type: type,
  graphql_type_name: parent,
});

test("each field counts as often as it stands in the answer; of a null only that it was there", () => {
  expect(samplesOf("graphql_field_execution_total", { "field.execution": true })).toEqual([
    [named("books", "Book", "Query"), 1],
    [named("title", "String", "Book"), 1],
    [named("tags", "String", "Book"), 2],
    [{}, 1],
  ]);
});

test("lengths are those of lists", () => {
  const lengths = { "list.length": { attributes: { "graphql.operation.name": true } } };
  const operation = { graphql_operation_name: "Shelf" };
  expect(samplesOf("graphql_field_list_length_sum", lengths)).toEqual([
    [{ ...named("books", "Book", "Query"), ...operation }, 2],
    [{ ...named("tags", "String", "Book"), ...operation }, 2],
  ]);
  expect(samplesOf("graphql_field_list_length_count", lengths, "none")).toEqual([[operation, 3]]);
});

test("nothing is counted that nobody asked for", () => {
  expect(samplesOf("graphql_field_execution_total", {})).toEqual([]);
});

const custom = { type: "counter", unit: "x", description: "d" };

test.each([
  { of: "a field's name", condition: { eq: [{ field_name: "string" }, "tags"] }, sum: 2 },
  { of: "lists", condition: { eq: [{ field_type: "type" }, "list"] }, sum: 3 },
  { of: "scalars", condition: { eq: [{ field_type: "type" }, "scalar"] }, sum: 1 },
  { of: "a field's type", condition: { eq: [{ field_type: "name" }, "Book"] }, sum: 1 },
  { of: "the type around it", condition: { eq: [{ type_name: "string" }, "Book"] }, sum: 3 },
  { of: "long lists", condition: { gt: [{ list_length: "value" }, 1] }, sum: 2 },
  { of: "lengths", value: { list_length: "value" }, condition: "true", sum: 4 },
  {
    of: "an operation's fields",
    value: { static: 5 },
    condition: { eq: [{ operation_name: "string" }, "Shelf"] },
    sum: 25,
  },
])("one's own, of $of", ({ value = "unit", condition, sum }) => {
  const mine = { ...custom, value, condition, attributes: { kind: { static: "k" } } };
  expect(samplesOf("mine_total", { mine })).toEqual([[{ kind: "k" }, sum]]);
});

test("an answer without data, or that is none, counts nothing", () => {
  for (const body of ['{"data":null}', '{"errors":[]}', "<html>", undefined]) {
    const { telemetry } = startTelemetry({
      exporters: { metrics: { prometheus: { enabled: true } } },
      instrumentation: { instruments: { graphql: { "field.execution": true } } },
    });
    const observer = telemetry.observeRequest(requestWith());
    observer.operation({ name: "Shelf", kind: "query", fields: () => fields });
    observer.end({ status: 200, ...(body !== undefined && { body }) });
    expect(telemetry.renderPrometheus()).not.toContain("graphql_field_execution");
  }
});
