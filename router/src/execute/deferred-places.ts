import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { AnswerPath } from "./answer-path.ts";
import type { DeferStep } from "./compile-deferral.ts";

/**
 * Every place of the data at a deferral's path, each item of a list for itself. Left out are places that are null,
 * and those below something that the client has been told is null.
 */
export function findPlaces(
  data: JsonObject,
  path: readonly DeferStep[],
  delivered: JsonObject | null,
): AnswerPath[] {
  const found: AnswerPath[] = [];
  walk(data, delivered, 0, []);
  return found;

  function walk(
    value: JsonValue | undefined,
    told: JsonValue | undefined,
    index: number,
    way: AnswerPath,
  ): void {
    if (value === undefined || value === null || told === null) return;
    if (Array.isArray(value)) {
      const items = Array.isArray(told) ? told : [];
      for (const [at, item] of value.entries()) walk(item, items[at], index, [...way, at]);
      return;
    }
    if (!isJsonObject(value)) return;
    const step = path[index];
    if (!step) {
      found.push(way);
    } else if (step.kind === "key") {
      const below = isJsonObject(told) ? told[step.name] : undefined;
      walk(value[step.name], below, index + 1, [...way, step.name]);
    } else if (typeof value.__typename !== "string" || step.names.has(value.__typename)) {
      walk(value, told, index + 1, way);
    }
  }
}

/** Undefined where the way leads nowhere. */
export function valueAt(data: JsonValue | undefined, way: AnswerPath): JsonValue | undefined {
  let value = data;
  for (const step of way) {
    if (value === null || typeof value !== "object") return undefined;
    value = Array.isArray(value) ? value[Number(step)] : value[step];
  }
  return value;
}
