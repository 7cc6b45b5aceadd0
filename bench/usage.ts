import { PairedRouters } from "./measure/paired-routers.ts";

/**
 * What it costs the router to tell a registry what clients ask, on the heavy query, with as many clients as are given.
 *
 *   bun bench/usage.ts [rounds] [requests a round] [clients]
 */
const [rounds = 9, requests = 1_000, clients = 50] = process.argv.slice(2).map(Number);

let reports = 0;
using registry = Bun.serve({
  ...{ hostname: "127.0.0.1", port: 0 },
  async fetch(request) {
    reports += 1;
    await request.arrayBuffer();
    return Response.json({ taken: true });
  },
});

await using routers = new PairedRouters();
const config = `url: ${registry.url.origin}, key: k, graph_ref: bench@main, report: { interval: 1s }`;
await routers.add("silent");
await routers.add("reporting", { yaml: `plugins: { mycelium.registry: { ${config} } }` });
await routers.add("silent again");

await routers.compare({
  ...{ rounds, requests, warmUp: 2_000 },
  headers: (turn) => ({
    "apollographql-client-name": `client-${turn % clients}`,
    "apollographql-client-version": `1.${turn % 7}`,
  }),
});
console.log(
  `medians of ${rounds} paired rounds of ${requests} requests by ${clients} clients; ${reports} reports`,
);
