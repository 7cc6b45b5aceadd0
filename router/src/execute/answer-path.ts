import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { PathSegment } from "../planner/plan.ts";
import { quote, WrittenFunction } from "./written-function.ts";

export type AnswerPath = readonly (string | number)[];

export type CollectObjects = (root: JsonValue) => JsonObject[];

/** Finds every object at a plan's path. Objects that are null, missing or of another type are passed over. */
export function compileCollect(path: readonly PathSegment[]): CollectObjects {
  const written = new WrittenFunction();
  let loops = 0;
  const steps = path.map((segment, index) => {
    const step = writeStep(segment, { index, isInLoop: loops > 0, written });
    if (segment.kind === "list") loops++;
    return step;
  });
  const last = `v${path.length}`;
  const addLists = written.add(addObjects);
  // Lists at the end of a path are entered even where the planner left the last `@` out.
  const end = `if (Array.isArray(${last})) ${addLists}(${last}, found);
else if (${last} !== null && typeof ${last} === "object") found.push(${last});`;
  const body = `const found = [];\nall: {\n${steps.join("\n")}\n${end}\n${"}\n".repeat(loops)}}\nreturn found;`;
  return written.build<CollectObjects>("v0", body);
}

interface StepPlace {
  index: number;
  isInLoop: boolean;
  written: WrittenFunction;
}

/** From `v<index>` to the next value; what does not fit ends the innermost loop's turn. */
function writeStep(segment: PathSegment, { index, isInLoop, written }: StepPlace): string {
  const value = `v${index}`;
  const next = `v${index + 1}`;
  const giveUp = isInLoop ? "continue;" : "break all;";
  if (segment.kind === "list") return `for (const ${next} of ${written.add(listItems)}(${value})) {`;
  const mustBeObject = `if (${value} === null || typeof ${value} !== "object" || Array.isArray(${value})) ${giveUp}`;
  if (segment.kind === "field") return `${mustBeObject}\nconst ${next} = ${value}[${quote(segment.name)}];`;
  const hasName = written.add((object: JsonObject) => hasTypeName(object, segment.names));
  return `${mustBeObject}\nif (!${hasName}(${value})) ${giveUp}\nconst ${next} = ${value};`;
}

/** One step stands for all levels of a list of lists, and further steps for none: planners differ in this. */
function listItems(value: JsonValue | undefined): readonly (JsonValue | undefined)[] {
  if (!Array.isArray(value)) return [value];
  return value.some(Array.isArray) ? value.flatMap((item) => [...listItems(item)]) : value;
}

function addObjects(values: readonly JsonValue[], found: JsonObject[]): void {
  for (const value of values) {
    if (Array.isArray(value)) addObjects(value, found);
    else if (isJsonObject(value)) found.push(value);
  }
}

/** The way to each object that `compileCollect` finds, in the same order. Only errors need it. */
export function collectObjectPaths(root: JsonValue, path: readonly PathSegment[]): AnswerPath[] {
  const found: AnswerPath[] = [];
  walkObjects(root, path, (_object, way) => found.push(way));
  return found;
}

/** What `compileCollect` finds, without a function of its own: for a walk that may never come again. */
export function collectObjects(root: JsonValue, path: readonly PathSegment[]): JsonObject[] {
  const found: JsonObject[] = [];
  walkObjects(root, path, (object) => found.push(object));
  return found;
}

type Visit = (object: JsonObject, way: AnswerPath) => void;

function walkObjects(root: JsonValue, path: readonly PathSegment[], visit: Visit): void {
  walk(root, 0, []);

  function walk(value: JsonValue | undefined, index: number, way: AnswerPath): void {
    if (value === null || typeof value !== "object") return;
    const segment = path[index];
    if (Array.isArray(value)) {
      if (segment === undefined) walkItems(value, index, way);
      else if (segment.kind === "list") walkItems(value, index + 1, way);
    } else if (segment === undefined) {
      visit(value, way);
    } else if (segment.kind === "list") {
      walk(value, index + 1, way);
    } else if (segment.kind === "field") {
      walk(value[segment.name], index + 1, [...way, segment.name]);
    } else if (hasTypeName(value, segment.names)) {
      walk(value, index + 1, way);
    }
  }

  function walkItems(items: readonly JsonValue[], index: number, way: AnswerPath): void {
    for (const [at, item] of items.entries()) {
      if (Array.isArray(item)) walkItems(item, index, [...way, at]);
      else walk(item, index, [...way, at]);
    }
  }
}

function hasTypeName(object: JsonObject, names: readonly string[]): boolean {
  const typeName = object.__typename;
  return typeof typeName !== "string" || names.includes(typeName);
}
