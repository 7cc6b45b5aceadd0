import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { BusOptions, EventBus } from "../bus.ts";
import { type DomainEvent, makeEvent } from "../event.ts";

export interface BusContract {
  name: string;
  /** Each call opens another connection to the same bus, as another process would. */
  open(options: BusOptions): Promise<EventBus>;
}

const quick: BusOptions = { attemptsMax: 3, leaseMs: 400, pollMs: 50, backoffMs: 20 };

/** What any bus must do. */
export function describeBus({ name, open }: BusContract): void {
  describe(`the bus on ${name}`, () => {
    let bus: EventBus;
    beforeAll(async () => {
      bus = await open(quick);
    });
    afterAll(() => bus.close());

    test("hands an event to every group that wants its type, whole", async () => {
      const type = uniqueName("type");
      const [sent, other] = [eventOf(type), eventOf(uniqueName("other"))];
      const [one, two] = [collector(), collector()];
      await using _one = await bus.subscribe({
        group: uniqueName("group"),
        types: [type],
        handle: one.handle,
      });
      await using _two = await bus.subscribe({
        group: uniqueName("group"),
        types: [type],
        handle: two.handle,
      });
      await bus.publish([other, sent]);
      await Promise.all([one.has(1), two.has(1)]);
      expect([one.events, two.events]).toEqual([[sent], [sent]]);
    });

    test("shares the events of a group among its consumers", async () => {
      const [type, group] = [uniqueName("type"), uniqueName("group")];
      await using second = await open(quick);
      const seen = collector();
      await using _one = await bus.subscribe({ group, types: [type], handle: seen.handle });
      await using _two = await second.subscribe({ group, types: [type], handle: seen.handle });
      const sent = Array.from({ length: 40 }, () => eventOf(type));
      await bus.publish(sent);
      await seen.has(40);
      await Bun.sleep(100);
      expect(seen.ids().sort()).toEqual(sent.map(({ id }) => id).sort());
    });

    test("keeps events for a group while none of its consumers is there", async () => {
      const [type, group] = [uniqueName("type"), uniqueName("group")];
      const before = await bus.subscribe({ group, types: [type], handle: async () => {} });
      await before[Symbol.asyncDispose]();
      const sent = eventOf(type);
      await bus.publish([sent]);
      const seen = collector();
      await using _ = await bus.subscribe({ group, types: [type], handle: seen.handle });
      await seen.has(1);
      expect(seen.ids()).toEqual([sent.id]);
    });

    test("tries again after a failure", async () => {
      const [type, group] = [uniqueName("type"), uniqueName("group")];
      const seen = collector({ failures: 2 });
      await using _ = await bus.subscribe({ group, types: [type], handle: seen.handle });
      const sent = eventOf(type);
      await bus.publish([sent]);
      await seen.has(3);
      expect(seen.ids()).toEqual([sent.id, sent.id, sent.id]);
      expect(await bus.deadLetters(group)).toEqual([]);
    });

    test("puts aside what fails each time, with its reason, and goes on with the others", async () => {
      const [type, group] = [uniqueName("type"), uniqueName("group")];
      const [poison, sound] = [eventOf(type), eventOf(type)];
      const seen = collector({ failures: Number.POSITIVE_INFINITY, only: poison.id });
      await using _ = await bus.subscribe({ group, types: [type], handle: seen.handle });
      await bus.publish([poison, sound]);
      const [letter] = await eventually(
        () => bus.deadLetters(group),
        (letters) => letters.length > 0,
      );
      expect(letter).toMatchObject({ event: poison, group, attempts: 3, error: "Error: not today" });
      expect(seen.ids().filter((id) => id === sound.id)).toHaveLength(1);
    });

    test("hands dead letters out again when asked", async () => {
      const [type, group] = [uniqueName("type"), uniqueName("group")];
      const seen = collector({ failures: 3 });
      await using _ = await bus.subscribe({ group, types: [type], handle: seen.handle });
      const sent = eventOf(type);
      await bus.publish([sent]);
      await eventually(
        () => bus.deadLetters(group),
        (letters) => letters.length === 1,
      );
      expect(await bus.reviveDead(group, [crypto.randomUUID()])).toBe(0);
      expect(await bus.reviveDead(group, [sent.id])).toBe(1);
      await seen.has(4);
      await eventually(
        () => bus.deadLetters(group),
        (letters) => letters.length === 0,
      );
    });

    test("replays to a group what was published since", async () => {
      const [type, group] = [uniqueName("type"), uniqueName("group")];
      const seen = collector();
      await using _ = await bus.subscribe({ group, types: [type], handle: seen.handle });
      const since = new Date(Date.now() - 1_000);
      const sent = eventOf(type);
      await bus.publish([sent]);
      await seen.has(1);
      await Bun.sleep(50);
      expect(await bus.replay({ group, since })).toBe(1);
      await seen.has(2);
      expect(seen.ids()).toEqual([sent.id, sent.id]);
    });

    test("gives another consumer what one has left lying beyond its lease", async () => {
      const [type, group] = [uniqueName("type"), uniqueName("group")];
      const stuck = await open(quick);
      let started = () => {};
      const hasStarted = new Promise<void>((resolve) => {
        started = resolve;
      });
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const handle = () => {
        started();
        return held;
      };
      const stuckConsumer = await stuck.subscribe({ group, types: [type], handle });
      const sent = eventOf(type);
      await bus.publish([sent]);
      await hasStarted;
      const seen = collector();
      await using _ = await bus.subscribe({ group, types: [type], handle: seen.handle });
      await seen.has(1);
      expect(seen.ids()).toEqual([sent.id]);
      release();
      await stuckConsumer[Symbol.asyncDispose]();
      await stuck.close();
    });

    test("waits for what is being handled when a subscription ends", async () => {
      const type = uniqueName("type");
      let done = false;
      const seen = collector();
      const subscription = await bus.subscribe({
        group: uniqueName("group"),
        types: [type],
        async handle(event) {
          await seen.handle(event);
          await Bun.sleep(100);
          done = true;
        },
      });
      await bus.publish([eventOf(type)]);
      await seen.has(1);
      await subscription[Symbol.asyncDispose]();
      expect(done).toBe(true);
    });
  });
}

function uniqueName(kind: string): string {
  return `${kind}.${crypto.randomUUID()}`;
}

function eventOf(type: string): DomainEvent {
  const source = { tenantId: "vinovoyage", userId: "user-1", requestId: "request-1" };
  const payload = { note: "ünïcode, 'quotes' and \"more\"", total: 12.5, nested: [null, { deep: true }] };
  return makeEvent(source, { type, aggregateId: "order-1", aggregateType: "Order", payload });
}

function collector({ failures = 0, only }: { failures?: number; only?: string } = {}) {
  const events: DomainEvent[] = [];
  let left = failures;
  return {
    events,
    ids: () => events.map(({ id }) => id),
    async handle(event: DomainEvent): Promise<void> {
      events.push(event);
      if (only !== undefined && event.id !== only) return;
      if (left-- > 0) throw new Error("not today");
    },
    has: (count: number) =>
      eventually(
        async () => events.length,
        (length) => length >= count,
      ),
  };
}

const waitMsMax = 20_000;

async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + waitMsMax; ; await Bun.sleep(10)) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)} after ${waitMsMax} ms`);
  }
}
