import { defaultValue } from "../../schema/check.ts";
import { list, object, oneOf, section, union } from "../../schema/compound.ts";
import { boolean, duration, integer32, text } from "../../schema/scalar.ts";
import type { Schema } from "../../schema/schema.ts";
import { commonNames, traceIdFormat } from "./shared.ts";

const ownFields = "log lines have fields of their own";

const displayTraceId = union(boolean(), traceIdFormat);

const jsonFormat = object({
  display_filename: boolean().default(false).ignored(ownFields),
  display_line_number: boolean().default(false).ignored(ownFields),
  display_thread_id: boolean().default(false).ignored(ownFields),
  display_thread_name: boolean().default(false).ignored(ownFields),
  display_target: boolean().default(true).ignored(ownFields),
  display_level: boolean().default(true),
  display_timestamp: boolean().default(true),
  display_resource: boolean().default(true),
  display_current_span: boolean().default(false).ignored(ownFields),
  display_span_list: boolean().default(true).ignored(ownFields),
  display_trace_id: displayTraceId.default(true).ignored(ownFields),
  display_span_id: boolean().default(true).ignored(ownFields),
  expand_json_string_values: boolean().default(false).ignored(ownFields),
  span_attributes: list(text(), { unique: true }).default([]).ignored(ownFields),
});

const textFormat = object({
  ansi_escape_codes: boolean().default(true),
  display_filename: boolean().default(false).ignored(ownFields),
  display_line_number: boolean().default(false).ignored(ownFields),
  display_thread_id: boolean().default(false).ignored(ownFields),
  display_thread_name: boolean().default(false).ignored(ownFields),
  display_target: boolean().default(false).ignored(ownFields),
  display_level: boolean().default(true),
  display_timestamp: boolean().default(true),
  display_resource: boolean().default(false),
  display_current_span: boolean().default(true).ignored(ownFields),
  display_span_list: boolean().default(true).ignored(ownFields),
  display_service_namespace: boolean().default(false).ignored(ownFields),
  display_service_name: boolean().default(false).ignored(ownFields),
  display_trace_id: displayTraceId.default(false).ignored(ownFields),
  display_span_id: boolean().default(false).ignored(ownFields),
});

const asJson = object({ json: jsonFormat }).to(({ json }) => ({ kind: "json", ...json }) as const);
const asText = object({ text: textFormat }).to((keys) => ({ kind: "text", ...keys.text }) as const);
const format = union(asJson, asText, byName("json", asJson), byName("text", asText));

export const logging = section({
  common: section(commonNames),
  stdout: section({
    enabled: boolean().default(true),
    format: format.omittable().describe("json, but text on a terminal, where absent."),
    tty_format: format
      .optional()
      .describe("In place of the format above when standard output is a terminal."),
    rate_limit: section({
      enabled: boolean().default(false),
      capacity: integer32().default(1),
      interval: duration().default("1s"),
    }).describe("How often the same line is written."),
  }),
});

/** `json` alone stands for `json: {}`. */
function byName<Value>(name: "json" | "text", full: Schema<Value>) {
  return oneOf(name).to(() => defaultValue(full, { [name]: {} }) as Value);
}
