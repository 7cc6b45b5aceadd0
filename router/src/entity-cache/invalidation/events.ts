import type { EventTarget, MyceliumCacheConfig } from "../../config/sections/mycelium/cache.ts";
import { isJsonObject, type JsonValue } from "../../json.ts";
import { writeKey } from "../forms/representation.ts";
import type { Invalidation } from "./invalidation.ts";

/** An event of the platform's bus: its type, and whatever else it says. */
export interface DomainEvent {
  type: string;
  payload?: unknown;
}

/** What an event makes untrue, by `plugins: mycelium.cache.events`. Nothing, for most. */
export function invalidationsOf(
  { events }: Pick<MyceliumCacheConfig, "events">,
  event: DomainEvent,
): Invalidation[] {
  const targets = Object.hasOwn(events, event.type) ? events[event.type]! : [];
  return targets.flatMap((target) => invalidationsFor(target, event));
}

function invalidationsFor(
  { subgraph, type, key, cacheTag }: EventTarget,
  event: DomainEvent,
): Invalidation[] {
  if (cacheTag !== undefined) return [{ kind: "cache_tag", subgraph, tag: fillIn(cacheTag, event) }];
  if (type === undefined) return [{ kind: "subgraph", subgraph }];
  if (key === undefined) return [{ kind: "type", subgraph, type }];
  const fields = Object.entries(key).map(([name, path]) => [name, readPath(event, path)] as const);
  // Better all of them than none where the event does not say which.
  if (fields.some(([, value]) => value === undefined)) return [{ kind: "type", subgraph, type }];
  const asWritten = Object.fromEntries(fields.map(([name, value]) => [name, value!]));
  // An ID is a text in GraphQL, and often a number in an event.
  const asTexts = Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === "number" ? String(value) : value!]),
  );
  const keys = new Set([writeKey(type, asWritten), writeKey(type, asTexts)]);
  return [...keys].map((each) => ({ kind: "entity", subgraph, type, key: each }));
}

function fillIn(format: string, event: DomainEvent): string {
  return format.replace(/\{([\w.]+)\}/g, (_whole, path: string) => {
    const value = readPath(event, path);
    return value === undefined || value === null ? "" : String(value);
  });
}

function readPath(event: DomainEvent, path: string): JsonValue | undefined {
  // The cast holds: events came as JSON.
  let value = event as unknown as JsonValue | undefined;
  for (const name of path.split(".")) {
    value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
