import { expect, test } from "bun:test";
import { type Counter, slotsPerWindow, type Take } from "./counter.ts";

export interface CounterUnderTest {
  open(): Promise<Counter> | Counter;
  /** Lets time pass for it. */
  pass(durationMs: number): Promise<void>;
}

const second: Take = { key: "a", limit: 10, weight: 1, windowMs: 1_000 };
const minute: Take = { ...second, windowMs: 60_000 };
let keys = 0;

/** A key that no test has used. */
function fresh(take: Take, changes: Partial<Take> = {}): Take {
  return { ...take, key: `key ${process.pid} ${keys++}`, ...changes };
}

async function takes(counter: Counter, ...wanted: Take[]) {
  return (await counter.take(wanted)) ?? [];
}

/** What every counter keeps. */
export function testCounter({ open, pass }: CounterUnderTest): void {
  test("of a thousand at once exactly as many pass as may", async () => {
    const counter = await open();
    const take = fresh(minute, { limit: 100 });
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => takes(counter, take)));
    expect(outcomes.filter(([standing]) => standing!.isOver === false)).toHaveLength(100);
    const used = outcomes.filter(([standing]) => !standing!.isOver).map(([standing]) => standing!.used);
    expect(used.toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });

  test("one key is not another", async () => {
    const counter = await open();
    const one = fresh(minute, { limit: 1 });
    expect(await takes(counter, one)).toMatchObject([{ isOver: false, used: 1 }]);
    expect(await takes(counter, one)).toMatchObject([{ isOver: true, used: 1 }]);
    expect(await takes(counter, fresh(minute, { limit: 1 }))).toMatchObject([{ isOver: false }]);
  });

  test("where one count is over, nothing is taken from the others", async () => {
    const counter = await open();
    const wide = fresh(minute);
    const narrow = fresh(minute, { limit: 1 });
    await takes(counter, wide, narrow);
    for (let round = 0; round < 5; round++) {
      expect((await takes(counter, wide, narrow)).at(-1)).toMatchObject({ isOver: true });
    }
    expect(await takes(counter, wide)).toMatchObject([{ used: 2, isOver: false }]);
  });

  test("weights add up, and what does not fit takes nothing", async () => {
    const counter = await open();
    const take = fresh(minute, { weight: 4 });
    await takes(counter, take);
    await takes(counter, take);
    expect(await takes(counter, take)).toMatchObject([{ used: 8, isOver: true }]);
    expect(await takes(counter, { ...take, weight: 2 })).toMatchObject([{ used: 10, isOver: false }]);
  });

  test("no window ever sees more than the limit, and what was taken comes back", async () => {
    const counter = await open();
    const take = fresh(second);
    for (let taken = 0; taken < 10; taken++) await takes(counter, take);
    const [standing] = await takes(counter, take);
    expect(standing?.isOver).toBe(true);
    expect(standing?.returnsInMs).toBeGreaterThan(0);
    expect(standing?.returnsInMs).toBeLessThanOrEqual(1_000 * (1 + 1 / slotsPerWindow));
    await pass(standing!.returnsInMs + 1_000);
    expect(await takes(counter, take)).toMatchObject([{ used: 1, isOver: false }]);
  });
}
