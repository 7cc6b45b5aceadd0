import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { configFromYaml } from "../config/router-config.ts";
import { compileBody } from "../execute/request-body.ts";
import { InProcessTransport } from "../subgraph-client/in-process-transport.ts";
import { SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import { createQueryHashing, persistsQueries } from "./persisted-query.ts";

const operation = 'query Q($a: Int) { find(text: "\\"x\\\\") { a(n: $a) } }';
const hash = createHash("sha256").update(operation).digest("hex");
const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
const variables = { a: 1 };
const full = { query: operation, operationName: "Q", variables };

describe("a subgraph that knows the hash", () => {
  test("gets the hash in the query's place", async () => {
    const { send, bodies } = subgraphAnswering({ data: { ok: 1 } });
    expect(await send()).toEqual({ data: { ok: 1 } });
    await send();
    const hashed = { operationName: "Q", variables, extensions };
    expect(bodies).toEqual([hashed, hashed]);
  });

  test("may speak of hashes in its data", async () => {
    const answer = { data: { text: "PersistedQueryNotFound" } };
    const { send, bodies } = subgraphAnswering(answer);
    expect(await send()).toEqual(answer);
    expect(bodies.length).toBe(1);
  });
});

describe.each([
  ["message", { message: "PersistedQueryNotFound" }],
  ["code", { message: "no", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }],
])("a subgraph that does not know the hash, told by %s", (_, error) => {
  test("gets the text with it, each time it asks", async () => {
    const { send, bodies } = subgraphAnswering({ errors: [error] }, { data: { ok: 2 } }, { data: { ok: 3 } });
    expect(await send()).toEqual({ data: { ok: 2 } });
    expect(await send()).toEqual({ data: { ok: 3 } });
    const hashed = { operationName: "Q", variables, extensions };
    expect(bodies).toEqual([hashed, { ...full, extensions }, hashed]);
  });

  test("costs one of the rate limit, not two", async () => {
    const { send } = subgraphAnswering({ errors: [error] }, { data: { ok: 2 } });
    expect(await send()).toEqual({ data: { ok: 2 } });
    await send();
    await expect(send()).rejects.toThrow("rate limit");
  });
});

describe.each([
  ["message", { message: "PersistedQueryNotSupported" }],
  ["code", { message: "no", extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" } }],
])("a subgraph without persisted queries, told by %s", (_, error) => {
  test("gets texts from then on", async () => {
    const { send, bodies } = subgraphAnswering({ errors: [error] }, { data: { ok: 2 } }, { data: { ok: 3 } });
    expect(await send()).toEqual({ data: { ok: 2 } });
    expect(await send()).toEqual({ data: { ok: 3 } });
    expect(bodies).toEqual([{ operationName: "Q", variables, extensions }, full, full]);
  });
});

test("a text of any length is found in the body, quotes and all", async () => {
  const long = `{ ${'a(b: "\\\\\\"") '.repeat(100_000)}}`;
  const { send, bodies } = subgraphAnswering({ data: { ok: 1 } });
  await send(long);
  const sha256Hash = createHash("sha256").update(long).digest("hex");
  expect(bodies).toMatchObject([{ variables, extensions: { persistedQuery: { sha256Hash } } }]);
});

test("other errors are the answer", async () => {
  const answer = { errors: [{ message: "PersistedQueryNotFound, or so" }] };
  const { send, bodies } = subgraphAnswering(answer);
  expect(await send()).toEqual(answer);
  expect(bodies.length).toBe(1);
});

test("a subgraph's own setting goes before the one for all", () => {
  const { apq } = configFromYaml(
    "apq: { subgraph: { all: { enabled: true }, subgraphs: { b: { enabled: false } } } }",
  );
  expect(["a", "b"].map((name) => persistsQueries(apq, name))).toEqual([true, false]);
  expect(persistsQueries(configFromYaml("").apq, "a")).toBe(false);
});

/** Answers in this order, the last one for good. */
function subgraphAnswering(...answers: unknown[]) {
  const bodies: unknown[] = [];
  const transport = new InProcessTransport(async (request) => {
    bodies.push(await request.json());
    return Response.json(answers[Math.min(bodies.length, answers.length) - 1]);
  });
  const client = new SubgraphClient({
    url: new URL("http://subgraph"),
    transport,
    timeoutMs: 1_000,
    answerBytesMax: 10_000,
    rateLimit: { capacity: 2, intervalMs: 60_000 },
  });
  const sendHash = createQueryHashing(client);
  const send = async (text = operation): Promise<unknown> => {
    const body = compileBody({ operation: text, operationName: "Q", variableUsages: ["a"] })(variables, "");
    const call = {
      subgraph: "s",
      operationKind: "query",
      operationName: "Q",
      document: "query Q($a: Int) { a(b: $a) }",
      variables: ["a"],
      body,
    } as const;
    return JSON.parse((await sendHash(call, { operationKind: "query", headers: {}, body })).text());
  };
  return { send, bodies };
}
