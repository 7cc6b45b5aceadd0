import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import { AnswerStream } from "../streams/answer-stream.ts";
import { FatalErrors, type StreamPart } from "../streams/stream-part.ts";
import { UpstreamError, type UpstreamPart } from "../subgraph-streams/upstream.ts";
import { noMeters } from "../telemetry/no-telemetry.ts";
import type { SubscriberTerms, Subscription } from "./subscription.ts";
import { subscriptionErrors } from "./subscription-errors.ts";
import { Subscriptions } from "./subscriptions.ts";

const unlimited = { openedMax: Infinity, perCallerMax: Infinity };
const terms: SubscriberTerms = {
  subject: "",
  capacity: 4,
  onFull: "drop_oldest",
  expiresAtMs: undefined,
  lifetimeMsMax: undefined,
};

/** Subgraphs whose subscriptions are open in memory. */
class Upstream {
  readonly open = new Set<AnswerStream<UpstreamPart>>();
  refuses = false;

  subscription(name: string, generation = 0): Subscription {
    const source = {
      key: `${name} ${generation}`,
      subgraph: "feed",
      operationName: name,
      mode: "passthrough",
      resubscribe: { attempts: 3, backoffMs: 1, backoffMaxMs: 2 },
      open: async () => {
        await Promise.resolve();
        if (this.refuses) throw new UpstreamError("refused");
        const stream = new AnswerStream<UpstreamPart>(1_024);
        stream.onLeave = () => this.open.delete(stream);
        this.open.add(stream);
        return stream;
      },
    } as const;
    return {
      audienceKey: source.key,
      source,
      answer: ({ payload }) => JSON.stringify(payload),
      renew: async () => this.subscription(name, generation),
    };
  }

  publish(payload: string): void {
    for (const stream of this.open) stream.push({ kind: "payload", payload });
  }

  lose(): void {
    for (const stream of [...this.open]) {
      this.open.delete(stream);
      stream.end({ kind: "lost", error: { message: "gone" } });
    }
  }
}

async function opened(
  subscriptions: Subscriptions,
  subscription: Subscription,
  own: Partial<SubscriberTerms> = {},
) {
  const result = await subscriptions.open(subscription, { ...terms, ...own }, unlimited);
  if (result.kind === "refused") throw new Error(JSON.stringify(result.errors));
  return result.parts;
}

async function readAll(parts: AnswerStream<StreamPart>): Promise<StreamPart[]> {
  const read: StreamPart[] = [];
  for await (const part of parts) read.push(part);
  return read;
}

const nothing = { subscribers: 0, audiences: 0, upstreams: 0, callbacks: 0 };
const settled = () => Bun.sleep(10);

test("clients of one audience share the subgraph's subscription and the text of each answer", async () => {
  const upstream = new Upstream();
  const subscriptions = new Subscriptions(noMeters);
  const one = await opened(subscriptions, upstream.subscription("a"));
  const other = await opened(subscriptions, upstream.subscription("a"));
  expect([upstream.open.size, subscriptions.counts.subscribers]).toEqual([1, 2]);
  upstream.publish("hi");
  expect([(await one.next()).value, (await other.next()).value]).toEqual(['"hi"', '"hi"']);
  one.leave();
  expect(upstream.open.size).toBe(1);
  other.leave();
  expect([upstream.open.size, subscriptions.counts]).toEqual([0, nothing]);
});

test("a client that reads slowly loses the oldest, or its stream; others lose nothing", async () => {
  const upstream = new Upstream();
  const subscriptions = new Subscriptions(noMeters);
  const dropping = await opened(subscriptions, upstream.subscription("a"));
  const closing = await opened(subscriptions, upstream.subscription("a"), { onFull: "close" });
  const fast = await opened(subscriptions, upstream.subscription("a"));
  const read: unknown[] = [];
  void (async () => {
    for await (const part of fast) read.push(part);
  })();
  for (let event = 0; event < 20; event++) {
    upstream.publish(String(event));
    await settled();
  }
  expect(read.length).toBe(20);
  expect(await readAll(closing)).toEqual([subscriptionErrors.slow]);
  subscriptions.drain();
  expect(await readAll(dropping)).toEqual(['"16"', '"17"', '"18"', '"19"']);
  await settled();
  expect(subscriptions.counts).toEqual(nothing);
});

test("what the client showed runs out: the stream ends with its code", async () => {
  const upstream = new Upstream();
  const subscriptions = new Subscriptions(noMeters);
  const expiring = await opened(subscriptions, upstream.subscription("a"), { expiresAtMs: Date.now() + 20 });
  const expired = await opened(subscriptions, upstream.subscription("a"), { expiresAtMs: Date.now() - 1 });
  expect(await readAll(expired)).toEqual([subscriptionErrors.expired]);
  expect(await readAll(expiring)).toEqual([subscriptionErrors.expired]);
  expect(subscriptions.counts).toEqual(nothing);
});

test("a caller has its own limit, and a subgraph that refuses leaves nothing behind", async () => {
  const upstream = new Upstream();
  const subscriptions = new Subscriptions(noMeters);
  const limits = { openedMax: 10, perCallerMax: 1 };
  const ada = { ...terms, subject: "ada" };
  expect((await subscriptions.open(upstream.subscription("a"), ada, limits)).kind).toBe("opened");
  expect(await subscriptions.open(upstream.subscription("a"), ada, limits)).toMatchObject({
    kind: "refused",
    errors: [{ extensions: { code: "SUBSCRIPTION_CALLER_LIMIT" } }],
  });
  upstream.refuses = true;
  expect(await subscriptions.open(upstream.subscription("b"), terms, limits)).toMatchObject({
    kind: "refused",
    errors: [{ extensions: { code: "SUBREQUEST_WEBSOCKET_ERROR" } }],
  });
  subscriptions.drain();
  expect(subscriptions.counts).toEqual(nothing);
});

let timersAlive = 0;
let restore: (() => void)[] = [];

/** Whether the code under test asks, and not something that an earlier file of the same run left behind. */
function isOurs(): boolean {
  return /\/(subscriber|upstream-connection)\.ts/.test(new Error().stack ?? "");
}

/** Counts timers that were set and neither ran nor were cleared. */
beforeEach(() => {
  const alive = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const count = () => {
    timersAlive = alive.size;
  };
  const setting = spyOn(globalThis, "setTimeout").mockImplementation(((run: () => void, ms?: number) => {
    const timer = set(() => {
      alive.delete(timer);
      count();
      run();
    }, ms);
    if (isOurs()) alive.add(timer);
    count();
    return timer;
  }) as typeof setTimeout);
  const clearing = spyOn(globalThis, "clearTimeout").mockImplementation((timer) => {
    alive.delete(timer);
    count();
    clear(timer as Timer);
  });
  restore = [() => setting.mockRestore(), () => clearing.mockRestore()];
});

afterEach(() => {
  for (const undo of restore) undo();
});

test("1,000 random connects, drops, losses and reloads leak no stream, timer or upstream", async () => {
  const seed = Number(process.hrtime.bigint() % 1_000_000n);
  let state = seed;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const upstream = new Upstream();
  const subscriptions = new Subscriptions(noMeters);
  const streams: AnswerStream<StreamPart>[] = [];
  let generation = 0;
  const steps = [
    async () => {
      const subscription = upstream.subscription(String(random(20)), generation);
      subscription.renew = async () =>
        random(4) === 0
          ? subscriptionErrors.schemaReload
          : upstream.subscription(String(random(20)), generation);
      const own = { expiresAtMs: Date.now() + random(2) * 600_000, subject: String(random(5)) };
      const result = await subscriptions.open(subscription, { ...terms, ...own }, unlimited);
      if (result.kind === "opened") streams.push(result.parts);
    },
    async () => streams.splice(random(streams.length), 1)[0]?.leave(),
    async () => upstream.publish("event"),
    async () => upstream.lose(),
    async () => {
      upstream.refuses = random(3) === 0;
    },
    async () => {
      generation++;
      await subscriptions.renew();
    },
  ];
  const weights = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5];
  const running: Promise<unknown>[] = [];
  for (let step = 0; step < 1_000; step++) {
    running.push(steps[weights[random(weights.length)]!]!());
    // Some overlap, most do not.
    if (random(3) > 0) await Promise.all(running.splice(0));
  }
  await Promise.all(running);
  for (const parts of streams) parts.leave();
  await Bun.sleep(50);
  const left = { seed, ...subscriptions.counts, open: upstream.open.size, timersAlive };
  expect(left).toEqual({ seed, ...nothing, open: 0, timersAlive: 0 });
});

test("a stream that ends with errors of the router says so as such", () => {
  expect(subscriptionErrors.schemaReload).toBeInstanceOf(FatalErrors);
});
