import { expect, test } from "bun:test";
import { matchPath, parsePathPattern } from "./path-pattern.ts";

test.each([
  ["/", "/", true],
  ["/", "/graphql", false],
  ["/graphql", "/graphql", true],
  ["/graphql", "/graphql/more", false],
  ["/:tenant/graphql", "/acme/graphql", true],
  ["/:tenant/graphql", "/graphql", false],
  ["/{tenant}/graphql", "/acme/graphql", true],
  ["/api/*", "/api/a/b", true],
  ["/api/*", "/other/a", false],
  ["/*", "/", true],
])("%s and %s: %p", (pattern, path, matches) => {
  expect(matchPath(parsePathPattern(pattern), path)).toBe(matches);
});
