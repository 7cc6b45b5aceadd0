import { describe, expect, test } from "bun:test";
import type { JsonObject } from "../json.ts";
import { fillPlaces, placesIn, readFileMap, withoutFiles } from "./file-map.ts";

describe("places", () => {
  const map = readFileMap(
    '{"a":["variables.file"],"b":["variables.input.files.1","variables.copy"],"c":[]}',
    3,
  );

  test("are filled, in objects and lists", () => {
    const variables = { file: null, input: { files: [null, null] }, copy: null };
    fillPlaces(variables, map, (file) => `<${file}>`);
    expect(variables).toEqual({ file: "<a>", input: { files: [null, "<b>"] }, copy: "<b>" } as never);
  });

  test("become null again in what is sent, whatever was there; the given variables stay", () => {
    const variables: JsonObject = { file: "x", input: { files: ["y", "z"], note: "n" } };
    expect(withoutFiles(variables, map)).toEqual({ file: null, input: { files: ["y", null], note: "n" } });
    expect(variables.file).toBe("x");
  });

  test("are told for the variables of one fetch, all those of a file", () => {
    expect([...placesIn(map, ["copy", "input", "other"])]).toEqual([
      ["b", ["variables.input.files.1", "variables.copy"]],
    ]);
    expect(placesIn(map, ["other"]).size).toBe(0);
  });
});

test.each([
  ["{", "Invalid JSON in the 'map' multipart field: "],
  ["[]", "Invalid JSON in the 'map' multipart field: "],
  ['{"0":"variables.a"}', "Invalid JSON in the 'map' multipart field: "],
  ['{"0":[1]}', "Invalid JSON in the 'map' multipart field: "],
  ['{"0":["0.variables.a"]}', "Batched requests are not supported for file uploads."],
  [
    '{"0":["query.a"]}',
    "Invalid path 'query.a' found inside 'map' field, it should start with 'variables.'.",
  ],
  ['{"0":["variables"]}', "Invalid path 'variables' found inside 'map' field, missing name of variable."],
])("the map %s is refused", (text, message) => {
  expect(() => readFileMap(text, 3)).toThrow(message);
});

test("more files than the limit are refused by the map", () => {
  expect(() => readFileMap('{"0":[],"1":[],"2":[]}', 2)).toThrow("Exceeded the limit of 2 file uploads");
});

test.each([
  "variables.nope",
  "variables.list.2",
  "variables.list.x",
  "variables.text.0",
  "variables.__proto__.a",
])("%s leads nowhere", (path) => {
  const map = readFileMap(JSON.stringify({ 0: [path] }), 3);
  const fill = () => fillPlaces({ list: [null, null], text: "t" }, map, () => null);
  const shown = path.slice("variables.".length);
  expect(fill).toThrow(
    `Invalid path '${shown}' found inside 'map' field, it does not point to a valid value`,
  );
});
