// What the registry takes: a check of sixteen subgraphs against a thousand operations, and a million reported requests.
// Run: bun bench/registry.ts [operations=1000] [records=1000000]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKey, openRegistry } from "../registry/src/index.ts";

const operations = Number(process.argv[2] ?? 1_000);
const records = Number(process.argv[3] ?? 1_000_000);
const subgraphs = 16;
const typesEach = 20;
const batchSize = 5_000;
const clients = 20;

const folder = mkdtempSync(join(tmpdir(), "mycelium-bench-registry-"));
const registry = await openRegistry({
  environment: { MYCELIUM_DATA: folder },
  publicUrl: "http://registry.test",
});
const key = await createKey(registry.database, { graphId: "bench", name: "bench", role: "ADMIN" });

function schemaOf(subgraph: number, { without = -1 } = {}): string {
  const types = Array.from({ length: typesEach }, (_, type) => {
    const fields = Array.from({ length: 8 }, (_, field) =>
      type === 0 && field === without ? "" : `f${field}: String`,
    ).join(" ");
    return `type T${subgraph}x${type} @key(fields: "id") { id: ID! ${fields} next: T${subgraph}x${(type + 1) % typesEach} }`;
  });
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
type Query { root${subgraph}: T${subgraph}x0 }
${types.join("\n")}`;
}

async function ask(path: string, body: unknown): Promise<Record<string, never>> {
  const response = await registry.app.request(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, never>;
  if (!response.ok || answer.errors) throw new Error(JSON.stringify(answer).slice(0, 500));
  return answer;
}

async function report(from: number, size: number): Promise<void> {
  const at = new Date().toISOString();
  const all = Array.from({ length: size }, (_, index) => {
    const number = from + index;
    const operation = number % operations;
    const subgraph = operation % subgraphs;
    const field = operation % 8;
    return {
      operation: `query Op${operation}{root${subgraph}{f${field} next{f${field}}}}`,
      operationName: `Op${operation}`,
      ...{ clientName: `client${number % clients}`, clientVersion: `1.${(number >> 4) % 5}` },
      ...{ count: 1, errors: 0, latencyMsSum: 2 },
      fields: [
        `Query.root${subgraph}`,
        `T${subgraph}x0.f${field}`,
        `T${subgraph}x0.next`,
        `T${subgraph}x1.f${field}`,
      ],
    };
  });
  await ask("/usage", {
    batchId: crypto.randomUUID(),
    graph: "bench",
    variant: "main",
    from: at,
    to: at,
    records: all,
  });
}

const publish = `mutation ($name: String!, $sdl: String!) { graph(id: "bench") { publishSubgraph(
  graphVariant: "main", name: $name, url: "http://x.test", revision: "", activePartialSchema: { sdl: $sdl }) { errors { message } } } }`;
const check = `mutation ($sdl: String!) { graph(id: "bench") { variant(name: "main") { submitSubgraphCheckAsync(input: {
  config: {}, gitContext: {}, isSandbox: false, proposedSchema: $sdl, subgraphName: "s0" }) {
  __typename ... on CheckRequestSuccess { workflowID } ... on InvalidInputError { message } } } } }`;

try {
  for (let at = 0; at < subgraphs; at++) {
    await ask("/graphql", { query: publish, variables: { name: `s${at}`, sdl: schemaOf(at) } });
  }
  await report(0, operations);
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    await ask("/graphql", { query: check, variables: { sdl: schemaOf(0, { without: run }) } });
    times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  console.log(
    `check of ${subgraphs} subgraphs with ${subgraphs * typesEach} types against ${operations} operations: median ${times[2]!.toFixed(0)} ms of ${times.length}`,
  );
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  let peak = before;
  const start = performance.now();
  for (let done = 0; done < records; done += batchSize) {
    await report(done, Math.min(batchSize, records - done));
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - start) / 1_000;
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  console.log(
    `${records} records in reports of ${batchSize}: ${seconds.toFixed(1)} s, ${(records / seconds).toFixed(0)} a second; memory ${mb(before)} MB before, ${mb(peak)} MB at most`,
  );
} finally {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
}
