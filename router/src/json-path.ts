import type { JsonValue } from "./json.ts";

type Step =
  | { kind: "name"; name: string }
  | { kind: "index"; index: number }
  | { kind: "all" }
  | { kind: "descent"; name: string };

export type JsonPath = readonly Step[];

const stepPattern = /\.\.([\w-]+)|\.?\[(\d+)\]|\.?\[\*\]|\.\*|\.?\['([^']*)'\]|\.?\["([^"]*)"\]|\.([\w-]+)/y;

/** Names, indices, wildcards and descents, as in `$[0].extensions.code` or `$..id`; undefined for what else JSONPath has. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const fromRoot = text.trim().replace(/^\$/, "");
  const rest = /^[.[]|^$/.test(fromRoot) ? fromRoot : `.${fromRoot}`;
  const steps: Step[] = [];
  const pattern = new RegExp(stepPattern);
  while (pattern.lastIndex < rest.length) {
    const match = pattern.exec(rest);
    if (!match) return undefined;
    steps.push(readStep(match));
  }
  return steps;
}

function readStep([, descent, index, single, double, plain]: RegExpExecArray): Step {
  if (descent !== undefined) return { kind: "descent", name: descent };
  if (index !== undefined) return { kind: "index", index: Number(index) };
  const name = single ?? double ?? plain;
  return name === undefined ? { kind: "all" } : { kind: "name", name };
}

/** All places that the path leads to. */
export function selectJson(path: JsonPath, value: JsonValue): JsonValue[] {
  return path.reduce((places, step) => places.flatMap((place) => follow(step, place)), [value]);
}

/** One place as it is, several as a list, none as undefined. */
export function findJson(path: JsonPath, value: JsonValue): JsonValue | undefined {
  const places = selectJson(path, value);
  return places.length > 1 ? places : places[0];
}

function follow(step: Step, value: JsonValue): JsonValue[] {
  if (value === null || typeof value !== "object") return [];
  if (step.kind === "all") return Object.values(value);
  if (step.kind === "descent") return descend(step.name, value);
  if (Array.isArray(value))
    return step.kind === "index" && step.index < value.length ? [value[step.index]!] : [];
  return step.kind === "name" && Object.hasOwn(value, step.name) ? [value[step.name]!] : [];
}

function descend(name: string, value: JsonValue): JsonValue[] {
  if (value === null || typeof value !== "object") return [];
  const own = Array.isArray(value) || !Object.hasOwn(value, name) ? [] : [value[name]!];
  return [...own, ...Object.values(value).flatMap((inner) => descend(name, inner))];
}
