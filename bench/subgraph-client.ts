import * as http from "node:http";
import { parseArgs } from "node:util";
import { FetchTransport } from "../router/src/subgraph-client/fetch-transport.ts";
import { Http1Transport } from "../router/src/subgraph-client/http1/http1-transport.ts";
import type { Transport } from "../router/src/subgraph-client/transport.ts";

/**
 * CPU time of this process for one call to a subgraph, by client, in one run. The subgraph is a raw responder in
 * another process, so that its work does not count.
 *
 *   bun bench/subgraph-client.ts [--answer-bytes 12000] [--concurrency 50] [--calls 20000] [--rounds 5]
 */
async function main(): Promise<void> {
  const plan = readPlan();
  await using responder = await startResponder(plan.answerBytes);
  const clients = createClients(new URL(`http://127.0.0.1:${responder.port}/graphql`), plan.body);
  const microseconds = new Map<string, number[]>();
  for (let round = 0; round <= plan.rounds; round += 1) {
    for (const [name, call] of Object.entries(clients)) {
      const spent = await measureRound(call, plan);
      // The first round warms up.
      if (round > 0) microseconds.set(name, [...(microseconds.get(name) ?? []), spent]);
    }
  }
  report(plan, microseconds);
  process.exit(0);
}

type Call = () => Promise<number>;

interface Plan {
  answerBytes: number;
  concurrency: number;
  calls: number;
  rounds: number;
  body: string;
}

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      "answer-bytes": { type: "string", default: "12000" },
      "request-bytes": { type: "string", default: "1000" },
      concurrency: { type: "string", default: "50" },
      calls: { type: "string", default: "20000" },
      rounds: { type: "string", default: "5" },
    },
  });
  return {
    answerBytes: Number(values["answer-bytes"]),
    concurrency: Number(values.concurrency),
    calls: Number(values.calls),
    rounds: Number(values.rounds),
    body: JSON.stringify({
      query: "{ a }",
      variables: { text: "x".repeat(Number(values["request-bytes"])) },
    }),
  };
}

/** Each resolves to the length of the answer's text, so that all read it in full. */
function createClients(url: URL, body: string): Record<string, Call> {
  return {
    Http1Transport: callThrough(new Http1Transport(), url, body),
    FetchTransport: callThrough(new FetchTransport(), url, body),
    fetch: callWithFetch(url, body),
    "node:http": callWithNode(url, body),
  };
}

const HEADERS = {
  "x-request-id": "0af7651916cd43dd8448eb211c80319c",
  authorization: `Bearer ${"t".repeat(200)}`,
};

function callThrough(transport: Transport, url: URL, body: string): Call {
  const request = {
    url,
    headers: HEADERS,
    body,
    timeoutMs: 30_000,
    answerBytesMax: 50_000_000,
    idempotent: true,
  };
  return async () => (await transport.send({ ...request })).text().length;
}

function callWithFetch(url: URL, body: string): Call {
  const headers = { ...HEADERS, "content-type": "application/json", accept: "application/json" };
  return async () => (await (await fetch(url, { method: "POST", headers, body })).text()).length;
}

function callWithNode(url: URL, body: string): Call {
  const agent = new http.Agent({ keepAlive: true });
  const headers = {
    ...HEADERS,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return () =>
    new Promise((resolve, reject) => {
      const request = http.request(url, { method: "POST", agent, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () => resolve(Buffer.concat(pieces).toString().length));
      });
      request.on("error", reject);
      request.end(body);
    });
}

async function measureRound(call: Call, plan: Plan): Promise<number> {
  Bun.gc(true);
  let left = plan.calls;
  const before = process.cpuUsage();
  const workers = Array.from({ length: plan.concurrency }, async () => {
    while (left > 0) {
      left -= 1;
      const length = await call();
      if (length !== plan.answerBytes) throw new Error(`an answer of ${length} characters`);
    }
  });
  await Promise.all(workers);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / plan.calls;
}

function report(plan: Plan, microseconds: Map<string, number[]>): void {
  const { answerBytes, concurrency, calls, rounds } = plan;
  console.log(
    `CPU µs a call: ${answerBytes} byte answers, ${concurrency} at once, ${rounds} × ${calls} calls`,
  );
  for (const [name, spent] of microseconds) {
    const sorted = spent.toSorted((one, other) => one - other);
    const [least, median, most] = [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!];
    console.log(
      `${name.padEnd(16)} median ${median.toFixed(1).padStart(6)}   (${least.toFixed(1)} – ${most.toFixed(1)})`,
    );
  }
}

async function startResponder(answerBytes: number): Promise<{ port: number } & AsyncDisposable> {
  const child = Bun.spawn(
    [process.execPath, `${import.meta.dir}/subgraph-client-responder.ts`, `${answerBytes}`],
    {
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const { value } = await child.stdout.getReader().read();
  return {
    port: Number(new TextDecoder().decode(value)),
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

await main();
