import { expect, test } from "bun:test";
import { HitRates } from "./hit-rates.ts";
import { EntityStore } from "./store/entity-store.ts";

test("of what was asked since the last look, once that is enough", () => {
  const section = new EntityStore(1024).section("stocks", "Item");
  const rates = new HitRates();
  const look = (hits: number, misses: number) => {
    section.counts.hits += hits;
    section.counts.misses += misses;
    return rates.of(section);
  };
  expect(look(90, 9)).toBeUndefined();
  expect(look(0, 1)).toBe(0.9);
  expect(look(0, 99)).toBe(0.9);
  expect(look(0, 1)).toBe(0);
  expect(look(0, 0)).toBe(0);
});
