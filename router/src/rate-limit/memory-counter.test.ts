import { describe, expect, test } from "bun:test";
import { testCounter } from "./counter-contract.ts";
import { MemoryCounter } from "./memory-counter.ts";

let nowMs = 0;
const now = () => nowMs;

describe("in memory", () => {
  testCounter({
    open: () => new MemoryCounter(now),
    pass: async (durationMs) => {
      nowMs += durationMs;
    },
  });
});

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test.each([1, 2, 3, 4, 5])(
  "of random requests no second ever has more than ten, and never far fewer (seed %d)",
  (seed) => {
    const next = random(seed);
    const counter = new MemoryCounter(now);
    const passed: number[] = [];
    const startMs = nowMs;
    while (nowMs < startMs + 20_000) {
      nowMs += next() * 40;
      const [standing] = counter.take([{ key: "a", limit: 10, weight: 1, windowMs: 1_000 }]);
      if (!standing!.isOver) passed.push(nowMs);
    }
    for (const endMs of passed) {
      expect(passed.filter((atMs) => atMs > endMs - 1_000 && atMs <= endMs).length).toBeLessThanOrEqual(10);
    }
    // At least as many as an exact window of 1,100 ms would let through, less one window at the end.
    expect(passed.length).toBeGreaterThanOrEqual((20_000 / 1_100 - 1) * 10);
  },
);

test("the most keys that it may have are never more, and no count is forgotten for a newcomer", () => {
  const counter = new MemoryCounter(now, 1_000);
  const take = (key: string) => counter.take([{ key, limit: 3, weight: 1, windowMs: 60_000 }])[0]!.isOver;
  for (let times = 0; times < 3; times++) expect(take("victim")).toBe(false);
  let passed = 0;
  for (let key = 0; key < 100_000; key++) if (!take(`made up ${key}`)) passed++;
  expect(counter.size).toBeLessThanOrEqual(1_000 + 1_024);
  expect(take("victim")).toBe(true);
  // Each key of its own, and three for each of the counts that newcomers share.
  expect(passed).toBeLessThanOrEqual(999 + 3 * 1_024);
  nowMs += 120_000;
  for (let key = 0; key < 3_000; key++) take(`later ${key}`);
  expect(counter.isFull).toBe(true);
  expect(take("victim")).toBe(false);
});
