import { expect, test } from "bun:test";
import type { LimitVerdict } from "./limiter.ts";
import { createMemoryLimiter } from "./memory-limiter.ts";

const windowMs = 1_000;

function makeLimiter() {
  const clock = { now: 10_000 };
  const limiter = createMemoryLimiter({ now: () => clock.now });
  return { clock, take: (key = "a") => limiter.take({ key, limit: 4, windowMs }) as LimitVerdict };
}

test("allows as many as the limit in a window, for each key", () => {
  const { take } = makeLimiter();
  const verdicts = Array.from({ length: 5 }, () => take());
  expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, true, false]);
  expect(verdicts.map(({ remaining }) => remaining)).toEqual([3, 2, 1, 0, 0]);
  expect(take("b").allowed).toBe(true);
});

test("counts the window before for as much of it as overlaps", () => {
  const { clock, take } = makeLimiter();
  for (let count = 0; count < 4; count++) take();
  clock.now += 1_000;
  expect(take().allowed).toBe(false);
  clock.now += 500;
  expect([take(), take(), take()].map(({ allowed }) => allowed)).toEqual([true, true, false]);
});

test("says when to come again, and lets through who does", () => {
  const { clock, take } = makeLimiter();
  for (let count = 0; count < 4; count++) take();
  for (let round = 0; round < 20; round++) {
    const { allowed, retryAfterMs } = take();
    if (allowed) continue;
    expect(retryAfterMs).toBeGreaterThan(0);
    clock.now += retryAfterMs;
    expect(take().allowed).toBe(true);
  }
});
