import { describe, expect, test } from "bun:test";
import * as zlib from "node:zlib";
import { InProcessTransport, type RequestHandler } from "./in-process-transport.ts";
import { RateLimiter } from "./rate-limit.ts";
import { type SubgraphCall, SubgraphClient, type SubgraphClientOptions } from "./subgraph-client.ts";
import { failureOf, until } from "./transport-contract.ts";

describe("equal queries at the same time", () => {
  test("share one call and its answer", async () => {
    const { client, subgraph } = createClient({ deduplicateQueries: true });
    const answers = [1, 2, 3].map(() => client.send(query()));
    await until(() => subgraph.waiting.length === 1);
    subgraph.answer();
    const [first, ...others] = await Promise.all(answers);
    expect(others).toEqual([first!, first!]);
    expect(client.counts).toMatchObject({ sent: 1, deduplicated: 2, inFlight: 0 });
  });

  test("are sent anew once the answer is there", async () => {
    const { client, subgraph } = createClient({ deduplicateQueries: true, isPatient: false });
    await client.send(query());
    await client.send(query());
    expect(subgraph.requests.length).toBe(2);
  });

  test.each<[string, Partial<SubgraphCall>]>([
    ["a mutation", { operationKind: "mutation" }],
    ["another body", { body: '{"query":"{b}"}' }],
    ["another header", { headers: { authorization: "another" } }],
    ["one header more", { headers: { authorization: "one", "x-a": "1" } }],
    ["a header that looks like two", { headers: { authorization: "one3:x-a1:1" } }],
    ["another identity", { identity: "another" }],
    ["bytes, which are files", { body: new TextEncoder().encode('{"query":"{a}"}') }],
    ["another URL", { url: new URL("http://orders/elsewhere") }],
  ])("are not equal to %s", async (_, changes) => {
    const { client, subgraph } = createClient({ deduplicateQueries: true });
    const answers = [client.send(query()), client.send(query(changes))];
    await until(() => subgraph.waiting.length === 2);
    subgraph.answer();
    await Promise.all(answers);
  });

  test("are equal whatever their uncompared headers", async () => {
    const { client, subgraph } = createClient({ deduplicateQueries: true, isPatient: false });
    const traced = (traceparent: string) => client.send(query({ uncomparedHeaders: { traceparent } }));
    await Promise.all([traced("one"), traced("two")]);
    expect(subgraph.requests.map((request) => request.headers.get("traceparent"))).toEqual(["one"]);
  });

  test("outlive the one who started them", async () => {
    const { client, subgraph } = createClient({ deduplicateQueries: true });
    const controller = new AbortController();
    const leaving = failureOf(client.send(query({ signal: controller.signal })));
    const staying = client.send(query());
    await until(() => subgraph.waiting.length === 1);
    controller.abort();
    expect(await leaving).toBe("ABORTED");
    subgraph.answer();
    expect((await staying).text()).toBe("{}");
    expect(subgraph.requests.length).toBe(1);
  });

  test("stop when the last one has left, and the next starts anew", async () => {
    const { client, subgraph } = createClient({ deduplicateQueries: true });
    const controllers = [new AbortController(), new AbortController()];
    const leaving = controllers.map(({ signal }) => failureOf(client.send(query({ signal }))));
    await until(() => subgraph.waiting.length === 1);
    for (const controller of controllers) controller.abort();
    const next = client.send(query());
    expect(await Promise.all(leaving)).toEqual(["ABORTED", "ABORTED"]);
    await until(() => subgraph.requests.length === 2);
    expect(subgraph.requests[0]!.signal.aborted).toBe(true);
    subgraph.answer();
    await next;
    expect(client.counts.inFlight).toBe(0);
  });

  test("give who joined late the rest of its own time", async () => {
    const { client, subgraph } = createClient({ deduplicateQueries: true, timeoutMs: 60 });
    const first = failureOf(client.send(query()));
    await Bun.sleep(40);
    const late = client.send(query());
    expect(await first).toBe("TIMED_OUT");
    await until(() => subgraph.requests.length === 2);
    subgraph.answer();
    expect((await late).text()).toBe("{}");
  });

  test("share a failure", async () => {
    const { client, subgraph } = createClient({ deduplicateQueries: true, answerBytesMax: 1 });
    const failures = [failureOf(client.send(query())), failureOf(client.send(query()))];
    await until(() => subgraph.waiting.length === 1);
    subgraph.answer();
    expect(await Promise.all(failures)).toEqual(["ANSWER_TOO_LARGE", "ANSWER_TOO_LARGE"]);
  });
});

test("without de-duplication equal queries are sent each for itself", async () => {
  const { client, subgraph } = createClient({ isPatient: false });
  await Promise.all([client.send(query()), client.send(query())]);
  expect(subgraph.requests.length).toBe(2);
});

test("beyond the rate limit a request is refused, one that would share an answer too", async () => {
  const { client } = createClient({
    isPatient: false,
    deduplicateQueries: true,
    rateLimit: { capacity: 2, intervalMs: 60_000 },
  });
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => client.send(query())));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(await failureOf(client.send(query()))).toBe("RATE_LIMITED");
  expect(client.counts).toMatchObject({ sent: 1, rateLimited: 2 });
});

test("a rate limit's interval begins with its first request", () => {
  let nowMs = 1_000;
  const limiter = new RateLimiter({ capacity: 2, intervalMs: 100 }, () => nowMs);
  expect([limiter.tryTake(), limiter.tryTake(), limiter.tryTake()]).toEqual([true, true, false]);
  nowMs = 1_099;
  expect(limiter.tryTake()).toBe(false);
  nowMs = 1_250;
  expect([limiter.tryTake(), limiter.tryTake(), limiter.tryTake()]).toEqual([true, true, false]);
  nowMs = 1_349;
  expect(limiter.tryTake()).toBe(false);
  nowMs = 1_350;
  expect(limiter.tryTake()).toBe(true);
});

test.each([
  ["gzip", zlib.gunzipSync],
  ["deflate", zlib.inflateSync],
  ["br", zlib.brotliDecompressSync],
] as const)("a request is compressed with %s", async (compression, decompress) => {
  const { client, subgraph } = createClient({ compression, isPatient: false });
  await client.send(query());
  const [request] = subgraph.requests;
  expect(request!.headers.get("content-encoding")).toBe(compression);
  expect(decompress(await request!.arrayBuffer()).toString()).toBe(queryBody);
});

test("identity is said, and the request left as it is", async () => {
  const { client, subgraph } = createClient({ compression: "identity", isPatient: false });
  await client.send(query());
  expect(subgraph.requests[0]!.headers.get("content-encoding")).toBe("identity");
  expect(await subgraph.requests[0]!.text()).toBe(queryBody);
});

interface Subgraph {
  requests: Request[];
  waiting: (() => void)[];
  answer(): void;
}

/** A patient subgraph answers when told to, another one at once. */
function createClient(options: Partial<SubgraphClientOptions> & { isPatient?: boolean }): {
  client: SubgraphClient;
  subgraph: Subgraph;
} {
  const { isPatient = true, ...clientOptions } = options;
  const subgraph: Subgraph = {
    requests: [],
    waiting: [],
    answer: () => {
      for (const answer of subgraph.waiting.splice(0)) answer();
    },
  };
  const handler: RequestHandler = (request) => {
    subgraph.requests.push(request);
    if (!isPatient) return new Response("{}");
    return new Promise((resolve) => subgraph.waiting.push(() => resolve(new Response("{}"))));
  };
  const client = new SubgraphClient({
    url: new URL("http://orders/graphql"),
    transport: new InProcessTransport(handler),
    timeoutMs: 1_000,
    answerBytesMax: 1_000,
    ...clientOptions,
  });
  return { client, subgraph };
}

const queryBody = '{"query":"{a}"}';

function query(changes: Partial<SubgraphCall> = {}): SubgraphCall {
  return { operationKind: "query", headers: { authorization: "one" }, body: queryBody, ...changes };
}
