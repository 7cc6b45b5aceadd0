import { readFileSync } from "node:fs";
import { isJsonObject, type JsonValue } from "../json.ts";

/** A list of operations cannot be used. The message is for the person who made it. */
export class ManifestError extends Error {}

export interface ListedOperation {
  id: string;
  body: string;
  /** The only client that may ask it; undefined where all may. */
  clientName: string | undefined;
}

export function readManifests(paths: readonly string[]): ListedOperation[] {
  return paths.flatMap((path) => {
    const operations = parseManifest(readText(path));
    if (typeof operations !== "string") return operations;
    throw new ManifestError(`the list of persisted queries ${path} cannot be used: ${operations}`);
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const isMissing = (error as { code?: string }).code === "ENOENT";
    const reason = isMissing ? "there is no such file" : String(error);
    throw new ManifestError(`the list of persisted queries ${path} cannot be read: ${reason}`);
  }
}

/** What Apollo's tools write, or Relay's compiler: a mapping from each id to its text. Else what is wrong. */
function parseManifest(text: string): ListedOperation[] | string {
  let manifest: JsonValue;
  try {
    manifest = JSON.parse(text) as JsonValue;
  } catch (error) {
    return error instanceof Error ? error.message : "it is no JSON";
  }
  if (!isJsonObject(manifest)) return "it must be an object";
  if (manifest.format === undefined) return readOperations(Object.entries(manifest).map(toOperation));
  if (manifest.format !== "apollo-persisted-query-manifest") {
    return `its format must be "apollo-persisted-query-manifest"`;
  }
  if (manifest.version !== 1) return "its version must be 1";
  if (!Array.isArray(manifest.operations)) return "it has no operations";
  return readOperations(manifest.operations);
}

function toOperation([id, body]: [string, JsonValue]): JsonValue {
  return { id, body };
}

function readOperations(operations: readonly JsonValue[]): ListedOperation[] | string {
  const listed: ListedOperation[] = [];
  for (const [index, operation] of operations.entries()) {
    const { id, body, clientName = null } = isJsonObject(operation) ? operation : {};
    if (typeof id !== "string" || typeof body !== "string")
      return `operation ${index} needs an id and a body`;
    if (clientName !== null && typeof clientName !== "string")
      return `operation ${index} has no good clientName`;
    listed.push({ id, body, clientName: clientName ?? undefined });
  }
  return listed;
}
