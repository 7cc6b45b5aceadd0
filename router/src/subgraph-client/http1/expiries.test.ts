import { expect, spyOn, test } from "bun:test";
import { Expiries, Expiring } from "./expiries.ts";

class Noted extends Expiring {
  constructor(
    readonly name: number,
    private readonly ended: number[],
  ) {
    super();
  }

  expire(): void {
    this.ended.push(this.name);
  }
}

test("each ends when its time is up, in their order, but those that are done", async () => {
  const ended: number[] = [];
  const expiries = Expiries.after(60);
  const all = Array.from({ length: 12 }, (_, name) => new Noted(name, ended));
  for (const one of all) {
    expiries.add(one);
    await Bun.sleep(4);
  }
  for (const done of [0, 5, 11, 5]) expiries.remove(all[done]!);
  await Bun.sleep(20);
  expect(ended.length).toBeLessThan(10);
  await Bun.sleep(100);
  expect(ended).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10]);
  for (const one of all) expiries.remove(one);
  const again = new Noted(12, ended);
  expiries.add(again);
  await Bun.sleep(100);
  expect(ended.at(-1)).toBe(12);
});

test("one timer for thousands, and its own time for each duration, however many there are", async () => {
  using timers = spyOn(globalThis, "setTimeout");
  const expiries = Expiries.after(40_000);
  const ended: number[] = [];
  for (let name = 0; name < 5_000; name++) {
    const one = new Noted(name, ended);
    expiries.add(one);
    if (name % 2 === 0) expiries.remove(one);
  }
  expect(timers.mock.calls.length).toBe(1);
  expect(Expiries.after(40_000)).toBe(expiries);
  for (let name = 0; name < 300; name++) Expiries.after(20 + name / 100).add(new Noted(name, ended));
  await Bun.sleep(80);
  expect(ended.toSorted((one, other) => one - other)).toEqual([...Array(300).keys()]);
});

test("one that ends may begin anew", async () => {
  let times = 0;
  const expiries = Expiries.after(15);
  class Again extends Expiring {
    expire(): void {
      if (++times < 3) expiries.add(this);
    }
  }
  expiries.add(new Again());
  await Bun.sleep(120);
  expect(times).toBe(3);
});
