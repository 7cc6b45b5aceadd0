import { expect, test } from "bun:test";
import { spreadOf } from "./statistics.ts";

test("the median of an even count lies between the two in the middle", () => {
  expect(spreadOf([10, 1, 4, 2])).toEqual({ median: 3, min: 1, max: 10 });
});

test("the median of an odd count is the one in the middle", () => {
  expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
});
