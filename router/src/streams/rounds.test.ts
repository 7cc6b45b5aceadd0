import { expect, spyOn, test } from "bun:test";
import { type RoundMember, Rounds } from "./rounds.ts";

class Counting implements RoundMember {
  readonly turnsAtMs: number[] = [];

  turn(): void {
    this.turnsAtMs.push(performance.now());
  }
}

test("each member has a turn in each period, and never two close together", async () => {
  const rounds = Rounds.every(200);
  const members: Counting[] = [];
  for (let count = 0; count < 20; count++) {
    const member = new Counting();
    members.push(member);
    rounds.join(member);
    await Bun.sleep(10);
  }
  await Bun.sleep(500);
  for (const member of members) rounds.leave(member);
  for (const { turnsAtMs } of members) {
    expect(turnsAtMs.length).toBeGreaterThanOrEqual(2);
    const gaps = turnsAtMs.slice(1).map((at, index) => at - turnsAtMs[index]!);
    expect(Math.min(...gaps)).toBeGreaterThan(140);
  }
  const firstTurns = new Set(members.map(({ turnsAtMs }) => Math.round(turnsAtMs[0]! / 10)));
  expect(firstTurns.size).toBeGreaterThan(5);
});

test("one timer for all of a period, and none for nobody", () => {
  using started = spyOn(globalThis, "setInterval");
  using stopped = spyOn(globalThis, "clearInterval");
  const rounds = Rounds.every(60_000);
  const members = Array.from({ length: 1_000 }, () => new Counting());
  for (let round = 1; round <= 3; round++) {
    for (const member of members) rounds.join(member);
    expect([started, stopped].map(({ mock }) => mock.calls.length)).toEqual([round, round - 1]);
    for (const member of members) rounds.leave(member);
    for (const member of members) rounds.leave(member);
    expect([started, stopped].map(({ mock }) => mock.calls.length)).toEqual([round, round]);
  }
  expect(Rounds.every(60_000)).toBe(rounds);
});

test("a member may leave in its turn", async () => {
  const rounds = Rounds.every(20);
  let turns = 0;
  const member: RoundMember = {
    turn() {
      turns++;
      rounds.leave(member);
    },
  };
  rounds.join(member);
  await Bun.sleep(100);
  expect(turns).toBe(1);
});
