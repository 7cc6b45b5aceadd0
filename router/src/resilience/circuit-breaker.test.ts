import { describe, expect, test } from "bun:test";
import type { BreakerConfig } from "../config/sections/mycelium/resilience.ts";
import { type CallOutcome, CircuitBreaker, type CircuitChange } from "./circuit-breaker.ts";

describe("a closed circuit", () => {
  test("opens at the failure rate, not before the minimum of calls", () => {
    const { breaker, run, states } = createBreaker({ minimumRequests: 10, failureRate: 0.5 });
    run("failure", 5);
    run("success", 4);
    expect(breaker.state).toBe("closed");
    run("failure");
    expect(breaker.state).toBe("open");
    expect(states).toEqual(["closed > open: 6 of 10 calls failed"]);
    expect(breaker.tryEnter()).toBeUndefined();
  });

  test("stays closed below the rate, however many calls there are", () => {
    const { breaker, run } = createBreaker({ minimumRequests: 10, failureRate: 0.5 });
    for (let round = 0; round < 1_000; round++) {
      run("success", 2);
      run("failure");
    }
    expect(breaker.state).toBe("closed");
  });

  test("forgets what is older than its window", () => {
    const { breaker, run, clock } = createBreaker({ minimumRequests: 10, windowMs: 10_000 });
    run("failure", 9);
    clock.nowMs += 11_000;
    run("failure", 9);
    expect(breaker.state).toBe("closed");
    run("failure");
    expect(breaker.state).toBe("open");
  });

  test("opens for slow calls that succeed", () => {
    const { breaker, run, states } = createBreaker({
      minimumRequests: 4,
      slowCallDurationMs: 100,
      slowCallRate: 0.75,
    });
    run("success", 1, 99);
    run("success", 3, 100);
    expect(breaker.state).toBe("open");
    expect(states).toEqual(["closed > open: 3 of 4 calls were slow"]);
  });

  test("learns nothing from calls that a client gave up", () => {
    const { breaker, run } = createBreaker({ minimumRequests: 1 });
    run("none", 100);
    expect(breaker.state).toBe("closed");
  });
});

describe("an open circuit", () => {
  test("lets the first trial calls through when its time is over, and no more than allowed at once", () => {
    const { breaker, open, clock } = createBreaker({ openDurationMs: 5_000, halfOpenProbes: 2 });
    open();
    clock.nowMs += 4_999;
    expect(breaker.tryEnter()).toBeUndefined();
    clock.nowMs += 1;
    expect([1, 2, 3].map(() => breaker.tryEnter() !== undefined)).toEqual([true, true, false]);
    expect(breaker.state).toBe("half_open");
    expect(breaker.isRefusing).toBe(true);
  });

  test("stays open for longer by a random part", () => {
    const { breaker, open, clock } = createBreaker({ openDurationMs: 5_000, jitter: 0.2 }, () => 0.5);
    open();
    clock.nowMs += 5_499;
    expect(breaker.isRefusing).toBe(true);
    clock.nowMs += 1;
    expect(breaker.isRefusing).toBe(false);
  });

  test("is not held open by calls that began before it opened", () => {
    const { breaker, open, clock, run } = createBreaker({ halfOpenProbes: 1 });
    const early = breaker.tryEnter()!;
    open();
    clock.nowMs += 5_000;
    run("success");
    expect(breaker.state).toBe("closed");
    breaker.leave(early, "failure", 0);
    expect(breaker.state).toBe("closed");
  });
});

describe("a half-open circuit", () => {
  test("closes when all trial calls succeeded, and starts to count anew", () => {
    const { breaker, open, clock, run, states } = createBreaker({ halfOpenProbes: 2, minimumRequests: 2 });
    open();
    clock.nowMs += 5_000;
    run("success");
    expect(breaker.state).toBe("half_open");
    run("success");
    expect(breaker.state).toBe("closed");
    run("failure");
    expect(breaker.state).toBe("closed");
    expect(states.at(-1)).toBe("half_open > closed: 2 trial calls succeeded");
  });

  test.each<[string, CallOutcome, number]>([
    ["fails", "failure", 0],
    ["is slow", "success", 1_000],
  ])("opens again when a trial call %s", (_, outcome, durationMs) => {
    const { breaker, open, clock, run } = createBreaker({ slowCallDurationMs: 500 });
    open();
    clock.nowMs += 5_000;
    run(outcome, 1, durationMs);
    expect(breaker.state).toBe("open");
    expect(breaker.isRefusing).toBe(true);
  });

  test("gives the place of an abandoned trial call to another", () => {
    const { breaker, open, clock, run } = createBreaker({ halfOpenProbes: 1 });
    open();
    clock.nowMs += 5_000;
    run("none");
    expect(breaker.isRefusing).toBe(false);
    run("success");
    expect(breaker.state).toBe("closed");
  });
});

test("whatever happens in whatever order, no more trial calls are under way than allowed, and none is lost", () => {
  const random = seededRandom(0x5eed);
  const { breaker, clock } = createBreaker({ minimumRequests: 5, halfOpenProbes: 3 }, random);
  const underWay: number[] = [];
  const outcomes: CallOutcome[] = ["success", "success", "failure", "none"];
  const seen = new Set<string>();
  for (let step = 0; step < 50_000; step++) {
    clock.nowMs += random() * 50;
    if (random() < 0.5) {
      const permit = breaker.tryEnter();
      if (permit !== undefined) underWay.push(permit);
    } else if (underWay.length > 0) {
      const [permit] = underWay.splice(Math.floor(random() * underWay.length), 1);
      breaker.leave(permit!, outcomes[Math.floor(random() * 4)]!, 0);
    }
    seen.add(breaker.state);
    if (breaker.state !== "half_open") continue;
    const newest = Math.max(...underWay, 0);
    expect(underWay.filter((permit) => permit === newest).length).toBeLessThanOrEqual(3);
  }
  expect(seen).toEqual(new Set(["closed", "open", "half_open"]));
  for (const permit of underWay) breaker.leave(permit, "success", 0);
  clock.nowMs += 60_000;
  for (let call = 0; call < 10; call++) breaker.leave(breaker.tryEnter() ?? -1, "success", 0);
  expect(breaker.state).toBe("closed");
});

const defaults: BreakerConfig = {
  enabled: true,
  windowMs: 10_000,
  minimumRequests: 20,
  failureRate: 0.5,
  slowCallDurationMs: undefined,
  slowCallRate: 0.9,
  openDurationMs: 5_000,
  jitter: 0,
  halfOpenProbes: 3,
};

function createBreaker(changes: Partial<BreakerConfig>, random = () => 0) {
  const clock = { nowMs: 1_000_000 };
  const states: string[] = [];
  const config = { ...defaults, ...changes };
  const breaker = new CircuitBreaker(config, {
    nowMs: () => clock.nowMs,
    random,
    onChange: ({ from, to, reason }: CircuitChange) => states.push(`${from} > ${to}: ${reason}`),
  });
  const run = (outcome: CallOutcome, times = 1, durationMs = 0) => {
    for (let call = 0; call < times; call++) breaker.leave(breaker.tryEnter()!, outcome, durationMs);
  };
  const open = () => {
    while (breaker.state === "closed") run("failure");
  };
  return { breaker, clock, states, run, open };
}

/** Mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
