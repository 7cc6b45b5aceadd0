import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { rootSchema } from "./root-schema.ts";
import { outputName } from "./schema/names.ts";
import type { Schema } from "./schema/schema.ts";

const source = join(import.meta.dir, "..");

/** Types alone read nothing. */
const withoutCode = ["telemetry/telemetry-options.ts"];

function allCode(): string {
  const files = [...new Glob("**/*.ts").scanSync(source)];
  const read = files.filter((file) => !file.endsWith(".test.ts") && !withoutCode.includes(file));
  return read.map((file) => readFileSync(join(source, file), "utf8")).join("\n");
}

/** Names of the resolved configuration whose keys the report calls supported, by path. */
function supportedNames(schema: Schema, path = "", seen = new Set<Schema>()): [string, string][] {
  const { shape } = schema;
  if (seen.has(schema) || schema.traits.support !== undefined) {
    return [];
  }
  seen.add(schema);
  switch (shape.kind) {
    case "object": {
      const fields = Object.entries(shape.fields).map(([key, field]) => ({
        key,
        field,
        fieldPath: `${path}.${key}`,
      }));
      const own = shape.verbatim ? [] : fields.filter(({ field }) => isRead(field));
      return [
        ...own.map(({ key, field, fieldPath }): [string, string] => [fieldPath, outputName(key, field.unit)]),
        ...fields.flatMap(({ field, fieldPath }) => supportedNames(field, fieldPath, seen)),
        ...(shape.rest ? supportedNames(shape.rest, `${path}.*`, seen) : []),
      ];
    }
    case "list":
      return supportedNames(shape.item, `${path}[]`, seen);
    case "union":
      return shape.alternatives.flatMap((alternative) => supportedNames(alternative, path, seen));
    case "lazy":
      return supportedNames(shape.get(), path, seen);
    default:
      return [];
  }
}

/** A section without keys says nothing that could be read. */
function isRead({ shape, traits }: Schema): boolean {
  const isEmpty =
    shape.kind === "object" && Object.keys(shape.fields).length === 0 && shape.rest === undefined;
  return traits.support === undefined && !isEmpty;
}

test("what the report calls supported is read somewhere", () => {
  const code = allCode();
  const names = supportedNames(rootSchema);
  const unread = names.filter(([, name]) => !new RegExp(`\\b${name.replaceAll("$", "\\$")}\\b`).test(code));
  expect(names.length).toBeGreaterThan(150);
  expect(unread).toEqual([]);
});
