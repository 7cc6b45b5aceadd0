import type { JsonObject, JsonValue } from "../json.ts";
import type { PathSegment } from "../planner/plan.ts";

export type AnswerPath = readonly (string | number)[];

/** Finds every object at a plan's path. Objects that are null, missing or of another type are passed over. */
export function collectObjects(root: JsonValue, path: readonly PathSegment[]): JsonObject[] {
  const found: JsonObject[] = [];
  collectFrom(root, path, 0, found);
  return found;
}

function collectFrom(
  value: JsonValue | undefined,
  path: readonly PathSegment[],
  start: number,
  found: JsonObject[],
): void {
  let current = value;
  for (let index = start; index < path.length; index++) {
    if (current === null || typeof current !== "object") return;
    const segment = path[index]!;
    if (segment.kind === "list") {
      if (!Array.isArray(current)) return;
      for (const item of current) collectFrom(item, path, index + 1, found);
      return;
    }
    if (Array.isArray(current)) return;
    if (segment.kind === "field") current = current[segment.name];
    else if (!hasTypeName(current, segment.names)) return;
  }
  addObjects(current, found);
}

// Lists at the end of a path are entered even where the planner left the last `@` out.
function addObjects(value: JsonValue | undefined, found: JsonObject[]): void {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) found.push(value);
  else for (const item of value) addObjects(item, found);
}

/** The same walk as `collectObjects`, in the same order, with the way to each object. Only errors need it. */
export function collectObjectPaths(root: JsonValue, path: readonly PathSegment[]): AnswerPath[] {
  const found: AnswerPath[] = [];
  walk(root, 0, []);
  return found;

  function walk(value: JsonValue | undefined, index: number, way: AnswerPath): void {
    if (value === null || typeof value !== "object") return;
    const segment = path[index];
    if (Array.isArray(value)) {
      if (segment === undefined) walkItems(value, index, way);
      else if (segment.kind === "list") walkItems(value, index + 1, way);
    } else if (segment === undefined) {
      found.push(way);
    } else if (segment.kind === "field") {
      walk(value[segment.name], index + 1, [...way, segment.name]);
    } else if (segment.kind === "type" && hasTypeName(value, segment.names)) {
      walk(value, index + 1, way);
    }
  }

  function walkItems(items: readonly JsonValue[], index: number, way: AnswerPath): void {
    for (const [at, item] of items.entries()) walk(item, index, [...way, at]);
  }
}

function hasTypeName(object: JsonObject, names: readonly string[]): boolean {
  const typeName = object.__typename;
  return typeof typeName !== "string" || names.includes(typeName);
}
