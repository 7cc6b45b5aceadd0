import { describe, expect, test } from "bun:test";
import { AdaptiveLimit } from "./adaptive-limit.ts";
import { ConcurrencyLimiter } from "./concurrency-limiter.ts";
import { RetryBudget } from "./retry-budget.ts";

describe("a retry budget", () => {
  test("allows a share of the requests of the last ten seconds", () => {
    const clock = { nowMs: 0 };
    const budget = new RetryBudget({ ratio: 0.1, minimumPerSecond: 0 }, () => clock.nowMs);
    for (let request = 0; request < 100; request++) budget.countRequest();
    const taken = () => Array.from({ length: 50 }, () => budget.tryTake()).filter(Boolean).length;
    expect(taken()).toBe(10);
    clock.nowMs += 5_000;
    expect(taken()).toBe(0);
    clock.nowMs += 6_000;
    expect(taken()).toBe(0);
    for (let request = 0; request < 20; request++) budget.countRequest();
    expect(taken()).toBe(2);
  });

  test("allows a minimum where there are hardly any requests", () => {
    const budget = new RetryBudget({ ratio: 0, minimumPerSecond: 1 }, () => 0);
    const taken = Array.from({ length: 50 }, () => budget.tryTake()).filter(Boolean);
    expect(taken.length).toBe(10);
  });
});

describe("a concurrency limit", () => {
  const request = { timeoutMs: 60_000 };

  test("lets the next in line in when somebody leaves, in order", async () => {
    const limiter = new ConcurrencyLimiter({ limit: () => 1, queueMax: 2, queueTimeoutMs: 60_000 });
    const order: string[] = [];
    expect(limiter.enter(request)).toBeUndefined();
    const second = limiter.enter(request)?.then(() => order.push("second"));
    const third = limiter.enter(request)?.then(() => order.push("third"));
    await expect(limiter.enter(request)).rejects.toMatchObject({ code: "CONCURRENCY_LIMITED" });
    expect([limiter.active, limiter.queued]).toEqual([1, 2]);
    limiter.leave();
    await second;
    expect([limiter.active, limiter.queued]).toEqual([1, 1]);
    limiter.leave();
    await third;
    limiter.leave();
    expect(order).toEqual(["second", "third"]);
    expect([limiter.active, limiter.queued]).toEqual([0, 0]);
  });

  test("lets nobody wait for longer than the queue allows", async () => {
    const limiter = new ConcurrencyLimiter({ limit: () => 1, queueMax: 10, queueTimeoutMs: 5 });
    limiter.enter(request);
    await expect(limiter.enter(request)).rejects.toMatchObject({ code: "CONCURRENCY_LIMITED" });
    expect(limiter.queued).toBe(0);
  });

  test("gives up the place of who goes away", async () => {
    const limiter = new ConcurrencyLimiter({ limit: () => 1, queueMax: 10, queueTimeoutMs: 60_000 });
    limiter.enter(request);
    const controller = new AbortController();
    const waiting = limiter.enter({ ...request, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    await expect(limiter.enter({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ABORTED",
    });
    expect(limiter.queued).toBe(0);
  });

  test("lets several in at once when it has grown", async () => {
    let limit = 1;
    const limiter = new ConcurrencyLimiter({ limit: () => limit, queueMax: 10, queueTimeoutMs: 60_000 });
    limiter.enter(request);
    const waiting = [1, 2, 3].map(() => limiter.enter(request));
    limit = 3;
    limiter.leave();
    await Promise.all(waiting);
    expect([limiter.active, limiter.queued]).toEqual([3, 0]);
  });
});

describe("a limit that adapts", () => {
  const options = { initial: 10, min: 2, max: 20, backoffRatio: 0.5 };

  test("grows by one for each round of calls while it is in use, up to its bound", () => {
    const limit = new AdaptiveLimit(options, () => 0);
    for (let call = 0; call < 10; call++) limit.wentWell(10);
    expect(limit.current).toBe(10);
    limit.wentWell(10);
    expect(limit.current).toBe(11);
    for (let call = 0; call < 1_000; call++) limit.wentWell(20);
    expect(limit.current).toBe(20);
  });

  test("does not grow while nobody needs it", () => {
    const limit = new AdaptiveLimit(options, () => 0);
    for (let call = 0; call < 1_000; call++) limit.wentWell(4);
    expect(limit.current).toBe(10);
  });

  test("takes the same congestion once, and never falls below its bound", () => {
    const clock = { nowMs: 100 };
    const limit = new AdaptiveLimit(options, () => clock.nowMs);
    for (let call = 0; call < 10; call++) limit.metCongestion(50);
    expect(limit.current).toBe(5);
    for (let round = 0; round < 10; round++) {
      clock.nowMs += 100;
      limit.metCongestion(clock.nowMs - 1);
    }
    expect(limit.current).toBe(2);
  });

  test("settles about what a subgraph can bear", () => {
    const clock = { nowMs: 0 };
    const limit = new AdaptiveLimit(
      { initial: 100, min: 1, max: 1_000, backoffRatio: 0.9 },
      () => clock.nowMs,
    );
    const capacity = 25;
    const seen: number[] = [];
    for (let round = 0; round < 2_000; round++) {
      const calls = limit.current;
      const startedMs = clock.nowMs;
      clock.nowMs += 10;
      for (let call = 0; call < calls; call++) {
        if (call < capacity) limit.wentWell(calls);
        else limit.metCongestion(startedMs);
      }
      if (round > 200) seen.push(limit.current);
    }
    expect(Math.max(...seen)).toBeLessThanOrEqual(capacity + 2);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(Math.floor(capacity * 0.85));
  });
});
