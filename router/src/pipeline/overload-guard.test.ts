import { afterEach, expect, test } from "bun:test";
import { createOverloadGuard, type OverloadGuard, overloadBounds } from "./overload-guard.ts";

let guard: OverloadGuard | undefined;
afterEach(() => guard?.close());

function createGuard(bounds: Partial<typeof overloadBounds | Record<string, number>>): OverloadGuard {
  guard = createOverloadGuard({ ...overloadBounds, ...bounds });
  return guard;
}

test("so many requests under way, and no more", () => {
  const { isOverloaded, enter, leave } = createGuard({ requestsUnderWayMax: 2 });
  enter(0);
  expect(isOverloaded()).toBe(false);
  enter(0);
  expect(isOverloaded()).toBe(true);
  leave(0);
  expect(isOverloaded()).toBe(false);
});

test("so many bytes of bodies under way, and no more", () => {
  const { isOverloaded, enter, leave } = createGuard({ bodyBytesUnderWayMax: 100 });
  enter(60);
  expect(isOverloaded()).toBe(false);
  enter(60);
  expect(isOverloaded()).toBe(true);
  leave(60);
  expect(isOverloaded()).toBe(false);
});

test("one long pause is no overload; being late again and again is, until it ends", async () => {
  const { isOverloaded } = createGuard({ loopDelayMs: 20, lateSamples: 2, samplingMs: 10 });
  await Bun.sleep(15);
  await blockLoop();
  expect(isOverloaded()).toBe(false);
  await blockLoop();
  await blockLoop();
  expect(isOverloaded()).toBe(true);
  await Bun.sleep(60);
  expect(isOverloaded()).toBe(false);
});

/** Past the bound, then just long enough that the sample is taken. */
async function blockLoop(): Promise<void> {
  Bun.sleepSync(60);
  await Bun.sleep(1);
}
