import { expect, test } from "bun:test";
import { selfTimes } from "./cpu-profile.ts";

function node(functionName: string, hitCount: number) {
  return { hitCount, callFrame: { functionName, url: "", lineNumber: -1 } };
}

test("a function reached by two ways is one line, the largest first", () => {
  const times = selfTimes({
    nodes: [node("(root)", 0), node("merge", 2), node("parse", 5), node("merge", 3), node("merge", 2)],
  });
  expect(times.map(({ functionName, share }) => [functionName, share])).toEqual([
    ["merge", 7 / 12],
    ["parse", 5 / 12],
  ]);
});
