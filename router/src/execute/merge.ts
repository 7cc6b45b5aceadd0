import type { JsonObject, JsonValue } from "../json.ts";

/** JSON may hold it, but assigning to it changes an object's prototype: a subgraph could reach every object. */
const prototypeKey = "__proto__";

/** Adds what `source` knows to `target`. Objects and lists that both know are merged; null never overwrites. */
export function mergeObject(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    if (key === prototypeKey) continue;
    const incoming = source[key]!;
    const present = target[key];
    if (present !== null && typeof present === "object") mergeNested(present, incoming);
    else if (incoming !== null || isAbsent(present)) target[key] = incoming;
  }
}

/** As `mergeObject`, but `source` keeps all that it owns. */
export function mergeCopy(target: JsonObject, source: JsonObject): void {
  for (const key in source) {
    if (key === prototypeKey) continue;
    const incoming = source[key]!;
    const present = target[key];
    if (present !== null && typeof present === "object") mergeNested(present, cloneJson(incoming));
    else if (incoming !== null || isAbsent(present)) target[key] = cloneJson(incoming);
  }
}

// A key such as `toString` is found on every object's prototype, as a function; JSON has none.
function isAbsent(value: unknown): boolean {
  return value === undefined || typeof value === "function";
}

function mergeNested(target: JsonObject | JsonValue[], source: JsonValue): void {
  if (source === null || typeof source !== "object") return;
  if (Array.isArray(target)) {
    if (Array.isArray(source)) mergeLists(target, source);
  } else if (!Array.isArray(source)) {
    mergeObject(target, source);
  }
}

function mergeLists(target: JsonValue[], source: JsonValue[]): void {
  for (let index = 0; index < source.length; index++) {
    const present = target[index];
    if (present === undefined || present === null) target[index] = source[index]!;
    else if (typeof present === "object") mergeNested(present, source[index]!);
  }
}

export function cloneJson<T extends JsonValue>(value: T): T {
  if (value === null || typeof value !== "object") return value;
  // The casts hold: a list's clone is a list, an object's clone an object.
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  const clone: JsonObject = {};
  for (const key in value) {
    if (key !== prototypeKey) clone[key] = cloneJson((value as JsonObject)[key]!);
  }
  return clone as T;
}
