import { expect, test } from "bun:test";
import { parseBytes } from "./bytes.ts";

test.each([
  ["2000000", 2_000_000],
  ["2MB", 2_000_000],
  ["2 mb", 2_000_000],
  ["512KiB", 524_288],
  ["1.5k", 1_500],
  ["1Gi", 1_073_741_824],
])("%s is %d bytes", (text, size) => {
  expect(parseBytes(text)).toBe(size);
});

test.each(["", "MB", "-1MB", "1 XB", "1MBs", "constructor"])("%p is no size", (text) => {
  expect(parseBytes(text)).toBeUndefined();
});
