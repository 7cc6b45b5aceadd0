import { describe, expect, test } from "bun:test";
import { configFromYaml } from "../config/router-config.ts";
import { resilienceFor } from "../config/sections/mycelium/resilience.ts";
import { BufferedResponse } from "../subgraph-client/buffered-response.ts";
import {
  type RetryWish,
  type SubgraphRequest,
  type SubgraphResponse,
  type Transport,
  TransportError,
  type TransportErrorCode,
} from "../subgraph-client/transport.ts";
import { failureOf, until } from "../subgraph-client/transport-contract.ts";
import { GuardedTransport } from "./guarded-transport.ts";
import { SubgraphGuard } from "./subgraph-guard.ts";

const retryYaml = "retry: { attempts: 2, backoff_base: 0ms, budget_minimum_per_second: 10 }";

describe("a query is asked again", () => {
  test.each<Outcome>(["CONNECT_FAILED", "CONNECTION_LOST", 502, 503, 504])("after %s", async (outcome) => {
    const { send, sent, events } = guarded(retryYaml, [outcome, outcome, 200]);
    let repeated = 0;
    expect((await send({ retry: { ...wish, repeats: () => repeated++ } })).status).toBe(200);
    expect(sent.length).toBe(3);
    expect(repeated).toBe(2);
    expect(events).toEqual(["retried failure", "retried success"]);
  });

  test("after an attempt that took too long, in the time that is left", async () => {
    const { send, sent } = guarded(`${retryYaml.slice(0, -1)}, attempt_timeout: 20ms }`, ["TIMED_OUT", 200]);
    expect((await send({ timeoutMs: 1_000 })).status).toBe(200);
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([20, 20]);
  });

  test("and the last answer stands when the attempts are used up", async () => {
    const { send, sent } = guarded(retryYaml, [503]);
    expect((await send()).status).toBe(503);
    expect(sent.length).toBe(3);
  });
});

const wish: RetryWish = { untilMs: 1e12, isWanted: () => true, repeats() {} };

describe("nothing is asked again", () => {
  test.each<[string, Outcome, Partial<SubgraphRequest>]>([
    ["a mutation", 503, { idempotent: false }],
    ["a mutation that found no connection", "CONNECT_FAILED", { idempotent: false }],
    ["without a wish", 503, { retry: undefined }],
    ["when the client has gone", 503, { retry: { ...wish, isWanted: () => false } }],
    ["after the client's deadline", 503, { retry: { ...wish, untilMs: 0 } }],
    ["after an answer that may be the query's fault", 500, {}],
    ["after an answer that is no HTTP", "BAD_ANSWER", {}],
    ["after an answer that is too large", "ANSWER_TOO_LARGE", {}],
    ["after GraphQL errors", 200, {}],
  ])("%s", async (_, outcome, changes) => {
    const { send, sent } = guarded(retryYaml, [outcome]);
    await send(changes).catch(() => {});
    expect(sent.length).toBe(1);
  });

  test("later than the subgraph asks for, where that is past the deadline", async () => {
    const busy = { status: 503, headers: "retry-after: 10\r\n" };
    const { send, sent } = guarded(retryYaml, [busy, 200]);
    expect((await send({ timeoutMs: 5_000 })).status).toBe(503);
    expect(sent.length).toBe(1);
  });

  test("beyond the budget", async () => {
    const yaml = "retry: { backoff_base: 0ms, budget_ratio: 0.1, budget_minimum_per_second: 0 }";
    const { send, sent, events } = guarded(yaml, [503]);
    for (let call = 0; call < 100; call++) await send();
    expect(sent.length).toBe(110);
    expect(events.filter((event) => event === "retried no_budget").length).toBeGreaterThanOrEqual(90);
  });

  test("once the client has gone while it waited for the next attempt", async () => {
    const { send, sent } = guarded("retry: { backoff_base: 60s, backoff_max: 60s }", [503], () => 0.5);
    const controller = new AbortController();
    const answer = failureOf(send({ timeoutMs: 600_000, signal: controller.signal }));
    await until(() => sent.length === 1);
    controller.abort();
    expect(await answer).toBe("ABORTED");
    expect(sent.length).toBe(1);
  });
});

describe("a circuit", () => {
  const yaml = "circuit_breaker: { minimum_requests: 5, open_duration: 10s, jitter: 0, half_open_probes: 1 }";

  test.each<Outcome>(["CONNECT_FAILED", "CONNECTION_LOST", "TIMED_OUT", "BAD_ANSWER", 500, 503])(
    "opens after %s, and spares the subgraph until it is tried again",
    async (outcome) => {
      const { send, sent, events, clock, answers } = guarded(yaml, [outcome]);
      for (let call = 0; call < 5; call++) await send().catch(() => {});
      expect(await failureOf(send())).toBe("CIRCUIT_OPEN");
      expect(sent.length).toBe(5);
      clock.nowMs += 10_000;
      answers.splice(0, 1, 200);
      expect((await send()).status).toBe(200);
      expect(events).toEqual(["open", "refused circuit_open", "half_open", "closed"]);
    },
  );

  test.each<Outcome>([200, 400, 429, "ABORTED", "ANSWER_TOO_LARGE", "TOO_MANY_REQUESTS"])(
    "does not open for %s",
    async (outcome) => {
      const { send, sent } = guarded(yaml, [outcome]);
      for (let call = 0; call < 50; call++) await send().catch(() => {});
      expect(sent.length).toBe(50);
    },
  );

  test("ends the attempts of a call when it opens in between", async () => {
    const { send, sent } = guarded(`{ ${yaml}, ${retryYaml.replace("attempts: 2", "attempts: 9")} }`, [503]);
    expect(await failureOf(send())).toBe("CIRCUIT_OPEN");
    expect(sent.length).toBe(5);
  });

  test("refuses those who queued while it opened", async () => {
    const waiting: (() => void)[] = [];
    const answer = () => new Promise<Outcome>((resolve) => waiting.push(() => resolve("CONNECTION_LOST")));
    const queue = "concurrency: { limit: 5, queue: 5, queue_timeout: 60s }";
    const { send, sent, guard } = guarded(`{ ${yaml}, ${queue} }`, [answer]);
    const outcomes = Promise.all(Array.from({ length: 10 }, () => failureOf(send())));
    await until(() => waiting.length === 5 && guard.limiter?.queued === 5);
    for (const settle of waiting) settle();
    expect((await outcomes).filter((code) => code === "CIRCUIT_OPEN").length).toBe(5);
    expect((await outcomes).filter((code) => code === "CONNECTION_LOST").length).toBe(5);
    expect(sent.length).toBe(5);
    expect(guard.limiter?.active).toBe(0);
  });
});

test("beyond limit and queue a call is refused, and the subgraph never has more than the limit", async () => {
  let active = 0;
  let most = 0;
  const answer = async (): Promise<Outcome> => {
    most = Math.max(most, ++active);
    await Bun.sleep(1);
    active--;
    return 200;
  };
  const { send, sent, guard } = guarded("concurrency: { limit: 3, queue: 4, queue_timeout: 60s }", [answer]);
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => send()));
  expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(7);
  expect([sent.length, most, guard.limiter?.active, guard.limiter?.queued]).toEqual([7, 3, 0, 0]);
});

test("an adaptive limit falls under congestion and rises again", async () => {
  const yaml = "concurrency: { limit: 10, adaptive: { min: 2, max: 20, backoff_ratio: 0.5 } }";
  const { send, guard, clock, answers } = guarded(yaml, [503]);
  const round = async () => {
    clock.nowMs += 1;
    await Promise.all(Array.from({ length: 10 }, () => send()));
    return guard.figures.concurrency?.limit;
  };
  expect([await round(), await round()]).toEqual([5, 2]);
  answers.splice(0, 1, 200);
  for (let index = 0; index < 20; index++) await round();
  expect(guard.figures.concurrency?.limit).toBeGreaterThan(5);
});

type Outcome = number | TransportErrorCode | { status: number; headers: string };

/** A subgraph that does one thing after the other, and the last for good. */
function guarded(yaml: string, script: (Outcome | (() => Promise<Outcome>))[], random = () => 0) {
  const answers = [...script];
  const sent: SubgraphRequest[] = [];
  const events: string[] = [];
  const clock = { nowMs: 1_000 };
  const inner: Transport = {
    async send(request) {
      sent.push(request);
      const step = answers[Math.min(sent.length, answers.length) - 1]!;
      return respond(typeof step === "function" ? await step() : step);
    },
    close() {},
  };
  const inBraces = yaml.startsWith("{") ? yaml : `{ ${yaml} }`;
  const config = configFromYaml(`plugins: { mycelium.resilience: { all: ${inBraces} } }`);
  const guard = new SubgraphGuard("a", resilienceFor(config.plugins["mycelium.resilience"]!, "a"), {
    nowMs: () => clock.nowMs,
    random,
    watcher: {
      circuitChanged: (_, { to }) => events.push(to),
      refused: (_, reason) => events.push(`refused ${reason}`),
      retried: (_, outcome) => events.push(`retried ${outcome}`),
    },
  });
  const transport = new GuardedTransport(inner, guard);
  const send = (changes: Partial<SubgraphRequest> = {}) => transport.send({ ...query, ...changes });
  return { send, sent, events, clock, answers, guard };
}

const query: SubgraphRequest = {
  url: new URL("http://a/"),
  headers: {},
  body: "{}",
  timeoutMs: 30_000,
  answerBytesMax: 1_000,
  idempotent: true,
  retry: wish,
};

function respond(outcome: Outcome): SubgraphResponse {
  if (typeof outcome === "string") throw new TransportError(outcome, "scripted");
  const { status, headers } = typeof outcome === "number" ? { status: outcome, headers: "" } : outcome;
  return new BufferedResponse(status, headers, Buffer.from("{}"), 0, 2);
}
