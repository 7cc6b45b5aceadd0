import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { ContextRewrite } from "../planner/plan.ts";
import type { AnswerPath } from "./answer-path.ts";

/** Reads the contextual variables of an entity from the objects around it. A variable without a value is absent. */
export function readContextValues(
  rewrites: readonly ContextRewrite[],
  root: JsonValue,
  place: AnswerPath,
): JsonObject {
  const values: JsonObject = {};
  for (const { path, name } of rewrites) {
    if (Object.hasOwn(values, name)) continue;
    const value = follow(path, root, place);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function follow(path: ContextRewrite["path"], root: JsonValue, place: AnswerPath): JsonValue | undefined {
  const levels = path.filter(({ kind }) => kind === "parent").length;
  let value: JsonValue | undefined = root;
  for (const step of place.slice(0, lengthAbove(place, levels))) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Record<string | number, JsonValue>)[step];
  }
  for (const segment of path) {
    if (segment.kind === "parent") continue;
    if (!isJsonObject(value)) return undefined;
    if (segment.kind === "key") value = value[segment.name];
    else if (typeof value.__typename === "string" && !segment.names.includes(value.__typename))
      return undefined;
  }
  return value;
}

/** How much of the way remains so many fields up: lists belong to the field that has them. */
function lengthAbove(place: AnswerPath, levels: number): number {
  let length = place.length;
  for (let left = levels; left > 0; left--) {
    while (typeof place[length - 1] === "number") length--;
    length--;
  }
  return length;
}
