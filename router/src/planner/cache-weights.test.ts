import { expect, test } from "bun:test";
import { CacheWeights } from "./cache-weights.ts";

function weightsOf(rates: Record<string, number | undefined>) {
  return new CacheWeights((subgraph, type) => rates[`${subgraph}.${type}`], ["a", "b"]);
}

test("a fetch weighs what the cache does not answer, in coarse steps", () => {
  const weights = weightsOf({ "a.T": 0.8, "b.T": 0.99, "b.U": 0.1 });
  expect(weights.weigh(0, ["T"])).toBe(0.25);
  expect(weights.weigh(1, ["T"])).toBeCloseTo(0.1);
  expect(weights.weigh(1, ["U"])).toBe(1);
  expect(weights.weigh(0, ["Unknown"])).toBe(1);
});

test("a fetch for several types is as sure as the least of them", () => {
  expect(weightsOf({ "a.T": 0.9, "a.U": 0.5 }).weigh(0, ["T", "U"])).toBe(0.5);
});

test("rates are read once, and again when they are reconsidered", () => {
  const rates = { "a.T": 0.5 };
  const weights = weightsOf(rates);
  expect(weights.weigh(0, ["T"])).toBe(0.5);
  rates["a.T"] = 0.9;
  expect([weights.weigh(0, ["T"]), weights.epoch]).toEqual([0.5, 0]);
  weights.reconsider();
  expect([weights.weigh(0, ["T"]), weights.epoch]).toEqual([1 - 0.9, 1]);
});

test("a rate that trembles about a step changes no plan", () => {
  const rates = { "a.T": 0.76 };
  const weights = weightsOf(rates);
  weights.weigh(0, ["T"]);
  for (const rate of [0.74, 0.76, 0.71, 0.89, 0.94]) {
    rates["a.T"] = rate;
    weights.reconsider();
  }
  expect(weights.epoch).toBe(0);
  rates["a.T"] = 0.69;
  weights.reconsider();
  expect([weights.epoch, weights.weigh(0, ["T"])]).toEqual([1, 0.5]);
});
