import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import type { ObservedField } from "../observer.ts";
import { bodyOf } from "./answer-selectors.ts";
import type { FieldFacts, RequestFacts } from "./facts.ts";
import { type Recorder, record } from "./instruments.ts";

/** What is known of a request, with the field of its answer that is looked at. */
type Facts = RequestFacts & { field: FieldFacts | undefined };

/** Records each field of the answer as often as it stands there. */
export function recordFields(recorders: readonly Recorder[], facts: Facts): void {
  const fields = facts.operationFacts?.fields;
  if (recorders.length === 0 || !fields) return;
  const data = bodyOf(facts.response)?.data;
  if (data === undefined || !isJsonObject(data)) return;
  visitFields(fields(), data, (selected, value) => {
    facts.field = { selected, value };
    record(recorders, facts);
  });
  facts.field = undefined;
}

type Visit = (field: ObservedField, value: JsonValue) => void;

function visitFields(fields: readonly ObservedField[], object: JsonObject, visit: Visit): void {
  for (const field of fields) {
    const value = Object.hasOwn(object, field.key) ? object[field.key] : undefined;
    // Skipped, or of a fragment for another type.
    if (value === undefined) continue;
    visit(field, value);
    visitObjects(field, value, visit);
  }
}

function visitObjects(field: ObservedField, value: JsonValue, visit: Visit): void {
  if (field.fields.length === 0) return;
  if (Array.isArray(value)) for (const item of value) visitObjects(field, item, visit);
  else if (isJsonObject(value)) visitFields(field.fields, value, visit);
}
