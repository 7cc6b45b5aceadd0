import { describe, expect, test } from "bun:test";
import { chooseContentType, isGetContentTypeWrong, readAccept, readContentKind } from "./negotiate.ts";

describe("what a client accepts", () => {
  test.each([
    [null, ["json"]],
    ["application/json", ["json"]],
    ["application/graphql-response+json; charset=utf-8", ["json"]],
    ["*/*", ["wildcard"]],
    ["text/html, */*;q=0.1", ["wildcard"]],
    ["multipart/mixed;deferSpec=20220824, application/json", ["json", "multipartDefer"]],
    ['multipart/mixed;boundary="graphql";subscriptionSpec=1.0', ["multipartSubscription"]],
  ])("%p", (header, expected) => {
    const accepts = Object.entries(readAccept(header) ?? {});
    expect(accepts.flatMap(([name, is]) => (is ? [name] : []))).toEqual(expected);
  });

  test.each(["text/html", "", "multipart/mixed", "multipart/mixed;deferSpec=1", "application/*"])(
    "%p is nothing that the router writes",
    (header) => {
      expect(readAccept(header)).toBeUndefined();
    },
  );
});

describe("the answer's type", () => {
  const json = "application/json";
  const graphqlJson = "application/graphql-response+json; charset=utf-8";
  test.each([
    [null, json],
    [json, json],
    ["*/*", json],
    ["application/graphql-response+json", graphqlJson],
    ["application/graphql-response+json, application/json", graphqlJson],
    ["application/graphql-response+json;q=0.5, application/json", json],
    ["application/json;q=0.5, application/graphql-response+json;q=0.9", graphqlJson],
  ])("for %p", (accept, expected) => {
    expect(chooseContentType(accept)).toBe(expected);
  });
});

test.each([
  [null, "other"],
  ["application/json", "json"],
  ["application/json; charset=utf-8", "json"],
  ["application/graphql-response+json", "json"],
  ["multipart/form-data; boundary=x", "form"],
  ["text/plain", "other"],
  ["text/plain, application/json", "json"],
  ["", "other"],
])("a body of type %p is %p", (header, kind) => {
  expect(readContentKind(header)).toBe(kind as ReturnType<typeof readContentKind>);
});

test.each([
  [null, false],
  ["  ", false],
  ["application/json", false],
  ["application/json; charset=utf-8", false],
  ["text/plain", true],
  ["application/json, text/plain", true],
])("a GET of type %p is wrong: %p", (header, expected) => {
  expect(isGetContentTypeWrong(header)).toBe(expected);
});
