import { expect, test } from "bun:test";
import { selfTimes } from "./cpu-profile.ts";

function node(
  id: number,
  functionName: string,
  details: { hits?: number; url?: string; children?: number[] },
) {
  const { hits = 0, url = "", children = [] } = details;
  return { id, hitCount: hits, children, callFrame: { functionName, url, lineNumber: 9 } };
}

const source = "file:///some/where/router/merge.ts";

test("a function reached by two ways is one line, the largest first", () => {
  const times = selfTimes({
    nodes: [
      node(1, "(root)", { children: [2, 3] }),
      node(2, "merge", { hits: 4, url: source }),
      node(3, "walk", { hits: 5, url: source, children: [4] }),
      node(4, "merge", { hits: 3, url: source }),
    ],
  });
  expect(times).toEqual([
    { functionName: "merge", place: "router/merge.ts:10", share: 7 / 12 },
    { functionName: "walk", place: "router/merge.ts:10", share: 5 / 12 },
  ]);
});

test("a native function is told by its nearest caller in a file", () => {
  const times = selfTimes({
    nodes: [
      node(1, "(root)", { children: [2] }),
      node(2, "send", { url: source, children: [3] }),
      node(3, "then", { children: [4] }),
      node(4, "stringify", { hits: 2 }),
    ],
  });
  expect(times).toEqual([
    { functionName: "stringify", place: "native, from send router/merge.ts:10", share: 1 },
  ]);
});
