import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { uploadErrors } from "./upload-error.ts";

/** Which file stands where in the variables. */
export interface FileMap {
  /** By the name of the file's part, in the client's order. Only files with a place. */
  readonly placesByFile: ReadonlyMap<string, readonly FilePlace[]>;
}

export interface FilePlace {
  /** As the client wrote it: `variables.input.files.0`. */
  path: string;
  /** Name of the variable, then names and indexes below it. */
  steps: readonly [variable: string, ...string[]];
}

/** https://github.com/jaydenseric/graphql-multipart-request-spec#multipart-form-field-structure */
export function readFileMap(text: string, filesMax: number): FileMap {
  const files = Object.entries(parseMap(text));
  if (files.length > filesMax) throw uploadErrors.tooManyFiles(filesMax);
  const placesByFile = new Map<string, FilePlace[]>();
  for (const [file, paths] of files) {
    const places = readPaths(paths).map(readPlace);
    if (places.length > 0) placesByFile.set(file, places);
  }
  return { placesByFile };
}

/** Writes a value wherever a file will stand. */
export function fillPlaces(
  variables: JsonObject,
  { placesByFile }: FileMap,
  writeValue: (file: string) => JsonValue,
): void {
  for (const [file, places] of placesByFile) {
    for (const { steps } of places) {
      if (!setValue(variables, steps, writeValue(file))) throw uploadErrors.pathToNothing(steps.join("."));
    }
  }
}

/** What subgraphs get as variables: null wherever a file belongs, as the specification wants it. */
export function withoutFiles(variables: JsonObject, { placesByFile }: FileMap): JsonObject {
  const copy = structuredClone(variables);
  for (const places of placesByFile.values()) for (const { steps } of places) setValue(copy, steps, null);
  return copy;
}

/** The part of the map that concerns these variables. */
export function placesIn(
  { placesByFile }: FileMap,
  variables: readonly string[],
): ReadonlyMap<string, string[]> {
  const pathsByFile = new Map<string, string[]>();
  for (const [file, places] of placesByFile) {
    const paths = places.filter(({ steps }) => variables.includes(steps[0])).map(({ path }) => path);
    if (paths.length > 0) pathsByFile.set(file, paths);
  }
  return pathsByFile;
}

function parseMap(text: string): JsonObject {
  let map: JsonValue;
  try {
    map = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw uploadErrors.invalidMap(error instanceof Error ? error.message : "invalid JSON");
  }
  if (!isJsonObject(map)) throw uploadErrors.invalidMap("expected a map");
  return map;
}

function readPaths(paths: JsonValue | undefined): string[] {
  if (!Array.isArray(paths)) throw uploadErrors.invalidMap("expected a list of paths for each file");
  return paths.map((path) => {
    if (typeof path !== "string") throw uploadErrors.invalidMap("expected each path to be a string");
    return path;
  });
}

function readPlace(path: string): FilePlace {
  const [root = "", variable, ...below] = path.split(".");
  if (root !== "variables") {
    throw /^\d+$/.test(root) ? uploadErrors.batch() : uploadErrors.pathOutsideVariables(path);
  }
  if (variable === undefined) throw uploadErrors.pathWithoutVariable(path);
  return { path, steps: [variable, ...below] };
}

/** False where the steps lead nowhere. */
function setValue(variables: JsonObject, steps: readonly string[], value: JsonValue): boolean {
  let parent: JsonValue = variables;
  for (const step of steps.slice(0, -1)) {
    if (!hasStep(parent, step)) return false;
    parent = parent[step] ?? null;
  }
  const last = steps.at(-1) ?? "";
  if (!hasStep(parent, last)) return false;
  parent[last] = value;
  return true;
}

/** Lists are entered by index only; the type treats them as objects, whose keys those are. */
function hasStep(parent: JsonValue, step: string): parent is JsonObject {
  if (Array.isArray(parent)) return /^\d+$/.test(step) && Number(step) < parent.length;
  return isJsonObject(parent) && Object.hasOwn(parent, step);
}
