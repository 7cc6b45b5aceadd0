import { afterEach, describe, expect, test } from "bun:test";
import { readSamples } from "../../router/src/telemetry/test-support/prometheus-samples.ts";
import { hangUp } from "./support/hang-up.ts";
import { Load } from "./support/load.ts";
import { type GraphqlAnswer, type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerReviews, answerUsers, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { after } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

const partial = { me: { name: "Ada", review: null } };
const openError = {
  message: "The subgraph failed too often and is left alone for now",
  path: ["me"],
  extensions: { code: "SUBGRAPH_CIRCUIT_OPEN", service: "reviews" },
};
const unavailable = () => new Response("{}", { status: 503 });

describe("a circuit breaker", () => {
  const breaker = (openDuration: string) =>
    resilience(
      `circuit_breaker: { minimum_requests: 10, open_duration: ${openDuration}, half_open_probes: 2 }`,
    );

  test("spares a subgraph that dies under load, and only that one", async () => {
    const clients = 20;
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: breaker("60s") });
    const load = new Load(router, clients);
    await until(() => load.answered > 50);
    shop.reviews.answer = unavailable;
    await router.logged("circuit of subgraph reviews is open");
    const reached = shop.reviews.calls.length;
    const usersReached = shop.users.calls.length;
    await until(() => shop.users.calls.length > usersReached + 200);
    const { failures } = await load.stop();
    expect(shop.reviews.calls.length).toBeLessThanOrEqual(reached + clients);
    expect(failures.length).toBeGreaterThan(200);
    expect(await router.query(meQuery)).toEqual({ data: partial, errors: [openError] });
    expect(await router.query("{ version }")).toEqual({ data: { version: "1" } });
    expect(new Set(failures.map(codeOf))).toEqual(
      new Set(["SUBREQUEST_HTTP_ERROR", "SUBGRAPH_CIRCUIT_OPEN"]),
    );
    expect(router.lines.filter(({ message }) => message.startsWith("circuit of")).length).toBe(1);
    expect(await readMetric(router, "mycelium_router_subgraph_circuit_state")).toBe(2);
    expect(await readMetric(router, "mycelium_router_subgraph_refused_total")).toBeGreaterThan(200);
  });

  test("tries a subgraph again with a few calls, and serves on when it is back", async () => {
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: breaker("300ms") });
    shop.reviews.answer = unavailable;
    const load = new Load(router, 10);
    await router.logged("circuit of subgraph reviews is half open", 2);
    const { failures } = await load.stop();
    const trials = router.messages.filter((message) =>
      message.endsWith("the subgraph is tried again"),
    ).length;
    const mostReached = 10 + 10 + trials * 2;
    expect(shop.reviews.calls.length).toBeLessThanOrEqual(mostReached);
    expect(failures.length).toBeGreaterThan(mostReached);
    shop.reviews.answer = answerReviews;
    await until(async () => (await router.query(meQuery)).errors === undefined);
    await router.query(meQuery);
    await router.logged("circuit of subgraph reviews is closed: 2 trial calls succeeded");
    expect(await router.query(meQuery)).toEqual(meAnswer);
  });

  test("does not open for GraphQL errors", async () => {
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: breaker("60s") });
    shop.reviews.answer = () => Response.json({ data: null, errors: [{ message: "no" }] });
    for (let call = 0; call < 30; call++) await router.query(meQuery);
    expect(shop.reviews.calls.length).toBe(30);
  });

  test("stays open over a reload that changes nothing about it, and begins anew with other settings", async () => {
    await using router = await startRouter({
      supergraph: shop.supergraph,
      yaml: breaker("60s"),
      flags: ["--hot-reload"],
    });
    shop.reviews.answer = unavailable;
    for (let call = 0; call < 12; call++) await router.query(meQuery);
    expect(shop.reviews.calls.length).toBe(10);
    router.writeConfig(`${breaker("60s")}\nlimits: { router: { max_depth: 50 } }`);
    await router.logged("reloaded configuration");
    expect(await router.query(meQuery)).toEqual({ data: partial, errors: [openError] });
    expect(shop.reviews.calls.length).toBe(10);
    router.writeConfig(breaker("61s"));
    await router.logged("reloaded configuration", 2);
    await router.query(meQuery);
    expect(shop.reviews.calls.length).toBe(11);
  });
});

describe("retries", () => {
  const retry = (more = "") =>
    resilience(`retry: { attempts: 2, backoff_base: 1ms, budget_minimum_per_second: 10${more} }`);

  test("hide a fault that passes from the client", async () => {
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: retry() });
    shop.reviews.answer = once(unavailable, answerReviews);
    expect(await router.query(meQuery)).toEqual(meAnswer);
    expect([shop.users.calls.length, shop.reviews.calls.length]).toEqual([1, 2]);
    expect(await readMetric(router, "mycelium_router_subgraph_retries_total")).toBe(1);
  });

  test("are counted with the fetch that they were for, under Apollo Router's names", async () => {
    const yaml = `${retry()}
  instrumentation:
    instruments:
      subgraph:
        fetches.resent:
          { type: counter, unit: fetch, description: d, value: unit,
            attributes: { http.request.resend_count: true, subgraph.name: true, mine: { subgraph_resend_count: true, default: 0 } } }`;
    await using router = await startRouter({ supergraph: shop.supergraph, yaml });
    shop.reviews.answer = once(unavailable, answerReviews);
    expect(await router.query(meQuery)).toEqual(meAnswer);
    const samples = readSamples(await (await fetch(router.metricsUrl)).text())
      .filter(({ name }) => name === "fetches_resent_total")
      .map(({ labels }) => [labels.subgraph_name, labels.http_request_resend_count, labels.mine]);
    expect(samples).toEqual([
      ["users", undefined, "0"],
      ["reviews", "1", "1"],
    ]);
  });

  test("leave mutations alone", async () => {
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: retry() });
    shop.users.answer = once(unavailable, answerUsers);
    const { errors } = await router.query('mutation { rename(name: "Ada") { name } }');
    expect(errors?.[0]?.extensions?.code).toBe("SUBREQUEST_HTTP_ERROR");
    expect(shop.users.calls.length).toBe(1);
  });

  test("cut off an attempt that hangs", async () => {
    const yaml = retry(", attempt_timeout: 1s");
    await using router = await startRouter({ supergraph: shop.supergraph, yaml });
    shop.reviews.answer = once(() => new Promise<Response>(() => {}), answerReviews);
    expect(await router.query(meQuery)).toEqual(meAnswer);
    expect(shop.reviews.calls.length).toBe(2);
    await shop.reviews.calls[0]!.cancelled;
  });

  test("end with the client that went away", async () => {
    await using router = await startRouter({ supergraph: shop.supergraph, yaml: retry() });
    const { promise: gone, resolve: fail } = Promise.withResolvers<void>();
    shop.users.answer = async (call) => {
      if (call.query.includes("version")) return answerUsers(call);
      await gone;
      return unavailable();
    };
    await hangUp(router, shop.users, meQuery);
    // Whatever came to the router before this has been seen when it answers.
    for (let turn = 0; turn < 20; turn++) await router.query("{ version }");
    fail();
    await until(async () => (await readMetric(router, "http_server_active_requests")) === 0);
    expect(shop.users.calls.filter(({ query }) => query.includes("me")).length).toBe(1);
  });

  test("are no more than their budget while a subgraph is down", async () => {
    const yaml = resilience(
      "retry: { attempts: 5, backoff_base: 1ms, budget_ratio: 0.1, budget_minimum_per_second: 1 }",
    );
    await using router = await startRouter({ supergraph: shop.supergraph, yaml });
    shop.reviews.answer = unavailable;
    for (let call = 0; call < 100; call++) await router.query(meQuery);
    expect(shop.reviews.calls.length).toBeGreaterThan(100);
    expect(shop.reviews.calls.length).toBeLessThanOrEqual(100 + 20);
  });
});

test("a concurrency limit is what a subgraph has at most, whatever comes in", async () => {
  const limit = "concurrency: { limit: 4, queue: 6, queue_timeout: 60s }";
  const yaml = `plugins: { mycelium.resilience: { subgraphs: { reviews: { ${limit} } } } }`;
  await using router = await startRouter({ supergraph: shop.supergraph, yaml });
  let active = 0;
  let most = 0;
  shop.reviews.answer = async (call) => {
    most = Math.max(most, ++active);
    const response = await after(50, answerReviews)(call);
    active--;
    return response;
  };
  const answers = await Promise.all(Array.from({ length: 100 }, () => router.query(meQuery)));
  const whole = answers.filter(({ errors }) => errors === undefined);
  const refused = answers.filter(
    ({ errors }) => errors?.[0]?.extensions?.code === "REQUEST_CONCURRENCY_LIMITED",
  );
  expect(most).toBe(4);
  expect(whole.length).toBe(shop.reviews.calls.length);
  expect(whole.length).toBeGreaterThanOrEqual(10);
  expect(refused.length).toBe(100 - whole.length);
  expect(refused.every(({ data }) => Bun.deepEquals(data, partial))).toBe(true);
  expect(await router.query(meQuery)).toEqual(meAnswer);
});

function resilience(text: string): string {
  return [
    `plugins: { mycelium.resilience: { all: { ${text} } } }`,
    "telemetry:",
    "  exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } } }",
  ].join("\n");
}

function once(first: () => Response | Promise<Response>, then: typeof answerReviews): typeof answerReviews {
  let isFirst = true;
  return (call) => {
    if (!isFirst) return then(call);
    isFirst = false;
    return first();
  };
}

async function readMetric(router: RouterProcess, name: string): Promise<number | undefined> {
  const text = await (await fetch(router.metricsUrl)).text();
  const samples = [...text.matchAll(new RegExp(`^${name}\\{([^}]*)\\} (\\S+)`, "gm"))];
  const sample = samples.find(([, labels]) => !labels!.includes("users")) ?? samples[0];
  return sample && Number(sample[2]);
}

function codeOf(text: string): unknown {
  return (JSON.parse(text) as GraphqlAnswer).errors?.[0]?.extensions?.code;
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 15_000;
  while (!(await isDone())) {
    if (performance.now() > deadlineMs) throw new Error("it did not happen in time");
    await Bun.sleep(5);
  }
}
