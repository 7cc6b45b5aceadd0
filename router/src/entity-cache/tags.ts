import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { CacheFacts } from "./cache-facts.ts";
import type { Piece } from "./parts.ts";

/** What `@cacheTag` gives an entity by its key. Root fields bring theirs along, as they hang on arguments. */
export function schemaTags(facts: CacheFacts, { section, key }: Piece): string[] {
  const formats = facts.typeTagFormats(section.subgraph, section.type);
  if (formats.length === 0) return [];
  const fields = JSON.parse(key) as JsonObject;
  return formats.map((format) => fillIn(format, { key: fields }));
}

/** `{$args.x}` and `{$key.x}` in a tag's format. */
export function fillIn(format: string, values: Readonly<Record<string, JsonObject>>): string {
  return format.replace(/\{\s*\$(\w+)((?:\.\w+)*)\s*\}/g, (_whole, from: string, path: string) => {
    const value = readPath(values[from], path.split(".").slice(1));
    return writeValue(value);
  });
}

function readPath(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  for (const name of path) {
    if (!isJsonObject(value)) return undefined;
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function writeValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
