import { expect, test } from "bun:test";
import { Turns } from "./turns.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("so many begin in a turn, in their order, and whoever comes later stands behind them", async () => {
  const turns = new Turns(2);
  const begun: string[] = [];
  const enter = (name: string) => {
    const wait = turns.enter();
    if (wait) void wait.then(() => begun.push(name));
    else begun.push(name);
  };
  for (const name of ["a", "b", "c", "d", "e"]) enter(name);
  expect(begun).toEqual(["a", "b"]);
  await turn();
  expect(begun).toEqual(["a", "b", "c", "d"]);
  enter("f");
  enter("g");
  expect(begun).toEqual(["a", "b", "c", "d"]);
  await turn();
  expect(begun).toEqual(["a", "b", "c", "d", "e", "f"]);
  await turn();
  await turn();
  enter("h");
  expect(begun).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
});
