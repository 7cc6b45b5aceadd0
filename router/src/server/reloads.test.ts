import { expect, test } from "bun:test";
import { Reloads } from "./reloads.ts";

test("reloads never overlap, and what is asked for meanwhile is one more", async () => {
  let running = 0;
  let runs = 0;
  const reloads = new Reloads(async () => {
    expect(++running).toBe(1);
    runs++;
    await Bun.sleep(5);
    running--;
    return runs !== 1;
  });
  const first = reloads.request();
  const later = [reloads.request(), reloads.request(), reloads.request()];
  expect(await first).toBe(false);
  expect(await Promise.all(later)).toEqual([true, true, true]);
  expect(runs).toBe(2);
});

test("after a stop nothing is reloaded", async () => {
  let runs = 0;
  const reloads = new Reloads(async () => ++runs > 0);
  const first = reloads.request();
  const second = reloads.request();
  reloads.stop();
  expect([await first, await second, await reloads.request()]).toEqual([true, false, false]);
  expect(runs).toBe(1);
});
