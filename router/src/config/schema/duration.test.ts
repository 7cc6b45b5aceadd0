import { expect, test } from "bun:test";
import { parseDuration } from "./duration.ts";

test.each([
  ["30s", 30_000],
  ["500ms", 500],
  ["1h 30m", 5_400_000],
  ["1h30m", 5_400_000],
  ["2days", 172_800_000],
  ["1M", 2_630_016_000],
  ["250us", 0.25],
  ["0s", 0],
  ["0", 0],
])("%s is %d ms", (text, durationMs) => {
  expect(parseDuration(text)).toBeCloseTo(durationMs, 6);
});

test.each(["", "30", "s", "1.5s", "-1s", "30 sec onds", "10x", "1s,2s", "s1"])(
  "%p is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
