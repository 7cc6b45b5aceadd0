import { sortedEntries } from "../sorted-entries.ts";
import type { AttributeValue, ResourceOptions } from "./telemetry-options.ts";

export type Resource = Readonly<Record<string, AttributeValue>>;

interface ResourceSurroundings {
  environment: Readonly<Record<string, string | undefined>>;
  version: string;
}

/** Who speaks. Later sources win, in the order that Apollo Router uses; names are sorted. */
export function buildResource(
  { serviceName, serviceNamespace, resource }: ResourceOptions,
  { environment, version }: ResourceSurroundings,
): Resource {
  const merged: Record<string, AttributeValue> = {
    "service.name": "unknown_service:router",
    "service.version": version,
    "process.executable.name": "router",
    ...resource,
  };
  if (serviceName !== undefined) merged["service.name"] = serviceName;
  if (serviceNamespace !== undefined) merged["service.namespace"] = serviceNamespace;
  Object.assign(merged, readResourceAttributes(environment.OTEL_RESOURCE_ATTRIBUTES ?? ""));
  const name = environment.OTEL_SERVICE_NAME;
  if (name) merged["service.name"] = name;
  return Object.fromEntries(sortedEntries(merged));
}

function readResourceAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const pair of text.split(",")) {
    const [name, value] = pair.split("=", 2);
    if (name && value !== undefined) attributes[name.trim()] = value.trim();
  }
  return attributes;
}
