import { expect, test } from "bun:test";
import { readRedisAddress } from "./redis-address.ts";

test("several servers are one cluster", () => {
  expect(readRedisAddress(["rediss://ada:p%40ss@one:1", "rediss://ada:p%40ss@[::1]"])).toMatchObject({
    kind: "cluster",
    isTls: true,
    username: "ada",
    password: "p@ss",
    nodes: [
      { host: "one", port: 1 },
      { host: "::1", port: 6379 },
    ],
  });
});

test("further nodes, the sentinels' own name and password, and the database", () => {
  const url = "redis-sentinel://one/2?node=two:26380&sentinelServiceName=main&sentinelPassword=s";
  expect(readRedisAddress([url])).toMatchObject({
    kind: "sentinel",
    isTls: false,
    database: 2,
    nodes: [
      { host: "one", port: 26_379 },
      { host: "two", port: 26_380 },
    ],
    sentinel: { name: "main", password: "s" },
  });
});

test.each([
  [["redis://a", "rediss://b"], "same scheme"],
  [["redis://x:1@a", "redis://x:2@b"], "same user and password"],
  [["redis://a/zero"], "number of a database"],
  [["redis-cluster://a:1?node=b"], "a host and a port"],
])("%p is refused", (urls, reason) => {
  expect(() => readRedisAddress(urls)).toThrow(reason);
});
