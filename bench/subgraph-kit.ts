import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphqlServer } from "@hono/graphql-server";
import { type Caller, createLogger, createSubgraph } from "@mycelium/subgraph-kit";
import { parse } from "graphql";
import { Hono } from "hono";
import { cpuTimeMs } from "./measure/process-usage.ts";
import { spreadOf } from "./measure/statistics.ts";
import { runWrk } from "./measure/wrk.ts";

/**
 * A subgraph of the kit beside `@hono/graphql-server`, on one schema with one set of resolvers, in turns. Neither
 * checks a signature. `bun bench/subgraph-kit.ts [rounds] [seconds]`; needs wrk.
 */
const [rounds = 5, seconds = 3] = process.argv.slice(2).map(Number);
const connections = 20;

const typeDefs = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  type Query { guests: [Guest!]! }
  type Guest @key(fields: "id") { id: ID! name: String! email: String visits: Int! orders: [Order!]! }
  type Order { id: ID! total: Float! status: Status! items: [Item!]! }
  type Item { name: String! quantity: Int! price: Float! modifiers: [String!] }
  enum Status { OPEN CLOSED PAID }
`;

const orders = [1, 2, 3].map((order) => ({
  id: `o${order}`,
  total: order * 20.5,
  status: "PAID",
  items: [1, 2, 3].map((item) => ({
    name: `Dish ${item}`,
    quantity: item,
    price: 9.5,
    modifiers: ["no onions"],
  })),
}));
const guests = ["Ada", "Ben", "Cleo", "Dan", "Eve"].map((name, index) => ({
  id: String(index),
  name,
  email: `${name}@example.com`,
  visits: index,
}));
const resolvers = { Query: { guests: () => guests }, Guest: { orders: async () => orders } };

const query =
  "{ guests { id name email visits orders { id total status items { name quantity price modifiers } } } }";
const caller: Caller = { tenantId: "bench", userId: "1", roles: ["USER"], scopes: [], requestId: "1" };

const contenders = {
  "@hono/graphql-server": () => {
    const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: resolvers as never });
    return new Hono().use("/graphql", graphqlServer({ schema }));
  },
  "subgraph-kit": () => {
    const log = createLogger({ name: "bench", level: "warn" });
    return createSubgraph({ name: "bench", typeDefs, resolvers, log, verifyContext: () => caller }).app;
  },
};
type Contender = keyof typeof contenders;

if (process.argv[2] === "serve") serve(process.argv[3] as Contender);
else await compare();

function serve(contender: Contender): void {
  console.log(Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: contenders[contender]().fetch }).port);
}

async function compare(): Promise<void> {
  const names = Object.keys(contenders) as Contender[];
  const running = await Promise.all(names.map(start));
  const folder = mkdtempSync(join(tmpdir(), "subgraph-kit-bench-"));
  const bodiesPath = join(folder, "bodies");
  writeFileSync(bodiesPath, `${JSON.stringify({ query })}\n`);
  const rates = new Map<Contender, number[]>(names.map((name) => [name, []]));
  const cpu = new Map<Contender, number[]>(names.map((name) => [name, []]));
  try {
    const bodies = await Promise.all(running.map(({ url }) => answerOf(url)));
    if (new Set(bodies).size !== 1) throw new Error("the contenders answer differently");
    for (let round = -1; round < rounds; round++) {
      for (const { name, url, child } of running) {
        const before = cpuTimeMs(child.pid);
        const result = await runWrk({
          url,
          bodiesPath,
          connections,
          seconds: round < 0 ? 2 : seconds,
          nonceStart: 0,
        });
        if (result.failedStatus + result.failedSocket > 0) throw new Error(`${name} failed requests`);
        if (round < 0) continue;
        rates.get(name)?.push(result.requests / (result.durationMs / 1_000));
        cpu.get(name)?.push(((cpuTimeMs(child.pid) - before) * 1_000) / result.requests);
      }
    }
  } finally {
    for (const { child } of running) child.kill();
    rmSync(folder, { recursive: true });
  }
  report("requests a second", rates, (kit, other) => kit / other);
  report("µs of CPU a request", cpu, (kit, other) => other / kit);
}

/** A busy machine shifts the rates; the processor's time moves less. */
function report(
  unit: string,
  values: ReadonlyMap<Contender, number[]>,
  compareMedians: (kit: number, other: number) => number,
): void {
  const spreads = new Map([...values].map(([name, list]) => [name, spreadOf(list)]));
  for (const [name, { median, min, max }] of spreads) {
    console.log(`${name}: ${Math.round(median)} ${unit} (${Math.round(min)} to ${Math.round(max)})`);
  }
  const ratio = compareMedians(
    spreads.get("subgraph-kit")!.median,
    spreads.get("@hono/graphql-server")!.median,
  );
  console.log(`ratio ${ratio.toFixed(1)} (wanted: at least 4)`);
}

async function start(name: Contender) {
  const child = Bun.spawn([process.execPath, import.meta.path, "serve", name], { stdout: "pipe" });
  const { value } = await child.stdout.getReader().read();
  return { name, child, url: `http://127.0.0.1:${new TextDecoder().decode(value).trim()}/graphql` };
}

async function answerOf(url: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query }) });
  return response.text();
}
