import { expect, test } from "bun:test";
import { parseMediaTypes } from "./media-types.ts";

function read(header: string) {
  return parseMediaTypes(header).map(
    (type) => type && { essence: type.essence, ...Object.fromEntries(type.parameters) },
  );
}

test.each([
  ["application/json", [{ essence: "application/json" }]],
  ["Application/JSON; Charset=UTF-8", [{ essence: "application/json", charset: "UTF-8" }]],
  ["a/b, c/d;q=0.5", [{ essence: "a/b" }, { essence: "c/d", q: "0.5" }]],
  ['multipart/mixed;boundary="a,b;c"', [{ essence: "multipart/mixed", boundary: "a,b;c" }]],
  [
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    [{ essence: "multipart/mixed", boundary: "graphql", subscriptionspec: "1.0" }],
  ],
  ["a/b;;=x;flag", [{ essence: "a/b" }]],
  ["*/*", [{ essence: "*/*" }]],
  ["", [null]],
  ["json", [null]],
  ["a/b/c", [null]],
  ["a b/c", [null]],
  ["a/b,,c/d", [{ essence: "a/b" }, null, { essence: "c/d" }]],
])("%p", (header, expected) => {
  expect(read(header)).toEqual(expected as ReturnType<typeof read>);
});

test("a long header takes no more than an instant", () => {
  const startedMs = performance.now();
  for (const part of ["a", "a/", "a/b;", '"', "/", ",", "a/b;c=d,"]) parseMediaTypes(part.repeat(100_000));
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});
