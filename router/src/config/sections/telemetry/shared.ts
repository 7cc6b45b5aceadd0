import { list, map, oneOf, section, union } from "../../schema/compound.ts";
import { boolean, duration, integer, number, text } from "../../schema/scalar.ts";

export const attributeValue = union(
  boolean(),
  number(),
  text(),
  union(list(boolean()), list(number()), list(text())),
);

export const sampler = union(number(), oneOf("always_on", "always_off"));

export const batchProcessor = section({
  scheduled_delay: duration().default("5s"),
  max_queue_size: integer().default(2048),
  max_export_batch_size: integer().default(512),
  max_export_timeout: duration().default("30s"),
  max_concurrent_exports: integer().default(1),
});

export const commonNames = {
  service_name: text().optional(),
  service_namespace: text().optional(),
  resource: map(attributeValue).default({}).describe("Attributes of everything that is exported."),
};

export const traceIdFormat = oneOf("hexadecimal", "open_telemetry", "decimal", "datadog", "uuid");
