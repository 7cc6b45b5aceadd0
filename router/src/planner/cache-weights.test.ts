import { expect, test } from "bun:test";
import { CacheWeights } from "./cache-weights.ts";

/** As they are once each rate was asked for, and then read. */
function weightsOf(rates: Record<string, number | undefined>) {
  const weights = new CacheWeights((subgraph, type) => rates[`${subgraph}.${type}`], ["a", "b"]);
  for (const [at, subgraph] of ["a", "b"].entries()) {
    for (const name of Object.keys(rates)) {
      if (name.startsWith(`${subgraph}.`)) weights.weigh(at, [name.slice(2)]);
    }
  }
  weights.reconsider();
  return weights;
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

test("rates are read when they are reconsidered, and name the weights that they make", () => {
  const rates = { "a.T": 0.5 };
  const weights = weightsOf(rates);
  expect(weights.weigh(0, ["T"])).toBe(0.5);
  rates["a.T"] = 0.9;
  const before = weights.name;
  expect(weights.weigh(0, ["T"])).toBe(0.5);
  weights.reconsider();
  expect(weights.weigh(0, ["T"])).toBeCloseTo(0.1);
  expect(weights.name).not.toBe(before);
  expect(weights.name).toBe(weightsOf({ "b.U": 0, "a.T": 0.95 }).name);
  rates["a.T"] = 0;
  weights.reconsider();
  expect([weights.weigh(0, ["T"]), weights.name]).toEqual([1, ""]);
});

test("a rate that trembles about a step changes no plan", () => {
  const rates = { "a.T": 0.76 };
  const weights = weightsOf(rates);
  const before = weights.name;
  for (const rate of [0.74, 0.76, 0.71, 0.89, 0.94]) {
    rates["a.T"] = rate;
    weights.reconsider();
  }
  expect(weights.name).toBe(before);
  rates["a.T"] = 0.69;
  weights.reconsider();
  expect([weights.name === before, weights.weigh(0, ["T"])]).toEqual([false, 0.5]);
});
