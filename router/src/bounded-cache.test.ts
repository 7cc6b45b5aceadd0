import { expect, test } from "bun:test";
import { BoundedCache } from "./bounded-cache.ts";

test("the least recently used entry goes first", () => {
  const cache = new BoundedCache<string, number>({ entriesMax: 2 });
  cache.set("a", 1);
  cache.set("b", 2);
  cache.get("a");
  cache.set("c", 3);
  expect([...cache.keys()]).toEqual(["a", "c"]);
});

test("the weight of keys and values together stays within its bound", () => {
  const cache = new BoundedCache<string, string>({
    weightMax: 100,
    weigh: (value, key) => key.length + value.length,
  });
  for (let index = 0; index < 50; index++) cache.set(`key ${index}`, "x".repeat(10));
  expect(cache.weight).toBeLessThanOrEqual(100);
  expect(cache.get("key 49")).toBeDefined();
  expect(cache.get("key 0")).toBeUndefined();
});

test("what is heavier than a quarter of the bound is not kept, and takes nothing's place", () => {
  const cache = new BoundedCache<string, string>({ weightMax: 100, weigh: (value) => value.length });
  cache.set("small", "x");
  cache.set("large", "x".repeat(26));
  expect([...cache.keys()]).toEqual(["small"]);
  expect(cache.weight).toBe(1);
});
