import { describe, expect, test } from "bun:test";
import { createForgeryCheck } from "./csrf.ts";

const findForgery = createForgeryCheck({
  unsafeDisabled: false,
  requiredHeaders: ["x-apollo-operation-name", "apollo-require-preflight"],
});
const isForged = (headers: Record<string, string>) => findForgery(new Headers(headers)) !== undefined;

describe("a request that a foreign page could send by itself", () => {
  test.each<Record<string, string>>([
    {},
    { "content-type": "text/plain" },
    { "content-type": "TEXT/PLAIN; charset=utf-8" },
    { "content-type": "multipart/form-data; boundary=x" },
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "text/plain, application/json" },
    { "content-type": "application/json, text/plain" },
    { "content-type": "nonsense" },
    { "content-type": "" },
  ])("is refused: %p", (headers) => {
    expect(isForged(headers)).toBe(true);
  });

  test.each(["x-apollo-operation-name", "Apollo-Require-Preflight"])("passes with %s", (name) => {
    expect(isForged({ "content-type": "text/plain", [name]: "1" })).toBe(false);
  });
});

test.each(["application/json", "application/json; charset=utf-8", "application/graphql"])(
  "browsers ask before they send %s",
  (contentType) => {
    expect(isForged({ "content-type": contentType })).toBe(false);
  },
);

test("the check can be turned off", () => {
  const findNone = createForgeryCheck({ unsafeDisabled: true, requiredHeaders: [] });
  expect(findNone(new Headers())).toBeUndefined();
});
