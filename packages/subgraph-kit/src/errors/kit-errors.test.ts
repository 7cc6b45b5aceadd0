import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kitErrors } from "./kit-errors.ts";

const file = join(import.meta.dir, "../../../../docs/errors.md");

test("docs/errors.md publishes every code of the kit, as it is", () => {
  const rows = kitErrors.published.map(
    ({ code, status, message }) => `| \`${code}\` | ${status} | ${message} |`,
  );
  const text = readFileSync(file, "utf8");
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
  const published = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
  const known = [...kitErrors.published.map(({ code }) => code), ...ofGraphql];
  expect(published.filter((code) => !known.includes(code ?? ""))).toEqual([]);
});

/** Apollo Server's own, and what is no fault of the caller's. */
const ofGraphql = [
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "OPERATION_TOO_DEEP",
  "OPERATION_TOO_LARGE",
  "BAD_REQUEST",
  "INTERNAL_SERVER_ERROR",
];
