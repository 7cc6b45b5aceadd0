import { expect, test } from "bun:test";
import { createSampler } from "./sampler.ts";
import { newTraceId } from "./trace-id.ts";

test("a ratio keeps about that many, and a smaller ratio keeps some of the same", () => {
  const isSampled = createSampler(0.2, true);
  const isSampledLess = createSampler(0.1, true);
  let kept = 0;
  for (let index = 0; index < 20_000; index++) {
    const traceId = newTraceId();
    if (isSampled(traceId, undefined)) kept++;
    else expect(isSampledLess(traceId, undefined)).toBe(false);
  }
  expect(kept).toBeGreaterThan(3_600);
  expect(kept).toBeLessThan(4_400);
});

test("the parent decides, unless it is not to be heard", () => {
  expect(createSampler("always_off", true)(newTraceId(), true)).toBe(true);
  expect(createSampler("always_on", true)(newTraceId(), false)).toBe(false);
  expect(createSampler("always_off", false)(newTraceId(), true)).toBe(false);
  expect(createSampler("always_on", false)(newTraceId(), false)).toBe(true);
});

test("ids are long enough and differ", () => {
  const ids = new Set(Array.from({ length: 10_000 }, newTraceId));
  expect(ids.size).toBe(10_000);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{32}$/);
});
