// What streams cost and bear: npx bun bench/streaming.ts [idle|fan-out|slow]
// Loopback only, at most 2,000 connections; about two minutes, and it ends by itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RouterProcess, startRouter } from "../tests/e2e/support/router-process.ts";
import { openStream, type StreamClient, ways } from "./streaming/clients.ts";
import { Feed } from "./streaming/feed.ts";

const yamlFor = (perSocket: number) => `
subscription: { mode: { passthrough: { all: { protocol: graphql_ws } } } }
plugins: { mycelium.streaming: { websocket: { ping_interval: 10m }, subscriptions_per_subgraph_socket: ${perSocket} } }
telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:0 } } } }`;

const yaml = yamlFor(1);

const ticks = { query: "subscription { tick { number text } }" };

const chosen = process.argv[2];
if (chosen === undefined || chosen === "idle") await measureIdle();
if (chosen === undefined || chosen === "fan-out") await measureFanOut();
if (chosen === undefined || chosen === "slow") await measureSlow();
process.exit(0);

/** Memory of the router's process for each open stream on which nothing happens. */
async function measureIdle(): Promise<void> {
  const count = 2_000;
  const ownVariables = (index: number) => ({ of: index });
  const sharings = [
    { name: "all alike", perSocket: 1, variablesOf: () => ({ of: 1 }) },
    { name: "each with its own at the subgraph", perSocket: 1, variablesOf: ownVariables },
    { name: "each with its own, 100 to a socket", perSocket: 100, variablesOf: ownVariables },
  ];
  const query = "subscription ($of: Int) { tick(of: $of) { number } }";
  for (const { name, perSocket, variablesOf } of sharings) {
    for (const way of ways) {
      using feed = new Feed();
      await using router = await startRouter({
        supergraph: feed.supergraph,
        yaml: yamlFor(perSocket),
        environment: { BUN_OPTIONS: `--preload ${join(import.meta.dir, "streaming/collect-on-signal.ts")}` },
      });
      const open = (index: number) => openStream(router.url, way, { query, variables: variablesOf(index) });
      await closeAll(await openMany(200, (index) => open(index % 10)));
      const before = await settle(router, 1);
      const streams = await openMany(count, (index) => open(index));
      const after = await settle(router, 2);
      const kilobytesEach = (kind: keyof Settled) => ((after[kind] - before[kind]) / count / 1024).toFixed(1);
      console.log(
        `idle, ${way}, ${name}: ${count} streams, ${feed.subscriptions} at the subgraph, ${kilobytesEach("kept")} KB each; ${kilobytesEach("resident")} with garbage`,
      );
      await closeAll(streams);
    }
  }
}

interface Settled {
  /** When all garbage has been collected: what streams keep. */
  kept: number;
  /** Before that, as it stands after a reload. */
  resident: number;
}

/** Resident bytes after a reload, which renews every stream. */
async function settle(router: RouterProcess, reloads: number): Promise<Settled> {
  router.signal("SIGHUP");
  await router.logged("reloaded configuration and supergraph", reloads);
  await Bun.sleep(4_000);
  const resident = router.residentBytes;
  router.signal("SIGUSR2");
  await Bun.sleep(3_000);
  return { kept: router.residentBytes, resident };
}

/** From the subgraph's event to the last of a thousand equal clients. */
async function measureFanOut(): Promise<void> {
  const count = 1_000;
  for (const way of ways) {
    using feed = new Feed();
    await using router = await startRouter({ supergraph: feed.supergraph, yaml });
    let received = 0;
    const streams = await openMany(count, () => openStream(router.url, way, ticks, () => received++));
    await Bun.sleep(500);
    const runs: number[] = [];
    const cpuBefore = cpuMs(router.pid);
    for (let run = 0; run < 6; run++) {
      received = 0;
      const startedMs = performance.now();
      feed.publish(run, "x".repeat(200));
      while (received < count) await new Promise((resolve) => setImmediate(resolve));
      // The first run finds functions that were never called.
      if (run > 0) runs.push(performance.now() - startedMs);
      await Bun.sleep(200);
    }
    const cpu = (cpuMs(router.pid) - cpuBefore) / (runs.length + 1);
    const sorted = runs.toSorted((one, other) => one - other);
    console.log(
      `fan-out, ${way}: ${count} clients, last after ${sorted[2]!.toFixed(1)} ms (median of 5; ${sorted.map((ms) => ms.toFixed(1)).join(" ")}); ${cpu.toFixed(0)} ms of the router's CPU each`,
    );
    await closeAll(streams);
  }
}

/** Fast clients lose nothing while slow ones do not read. */
async function measureSlow(): Promise<void> {
  const events = 10_000;
  const text = "x".repeat(2_000);
  for (const way of ["multipart", "sse"] as const) {
    using feed = new Feed();
    await using router = await startRouter({ supergraph: feed.supergraph, yaml });
    const fast = await openMany(10, () => openStream(router.url, way, ticks));
    const slow = await openMany(10, () => openStream(router.url, way, ticks));
    for (const stream of slow) stream.pause();
    await Bun.sleep(300);
    const before = router.residentBytes;
    const startedMs = performance.now();
    for (let event = 1; event <= events; event++) {
      feed.publish(event, text);
      if (event % 50 === 0) while (fast.some((stream) => stream.events < event)) await Bun.sleep(1);
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    const lost = fast.reduce((sum, stream) => sum + events - stream.events, 0);
    const skipped =
      /apollo_router_skipped_event_count_total\S* (\d+)/.exec(
        await (await fetch(router.metricsUrl)).text(),
      )?.[1] ?? "0";
    const grown = (router.residentBytes - before) / 1024 / 1024;
    console.log(
      `slow, ${way}: ${events} events to 10 fast and 10 stalled clients in ${seconds.toFixed(1)} s; fast lost ${lost}, ${skipped} skipped for the stalled, memory grew by ${grown.toFixed(0)} MB`,
    );
    await closeAll([...fast, ...slow]);
  }
}

/** What a process has used so far, in steps of 10 ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function openMany(
  count: number,
  open: (index: number) => Promise<StreamClient>,
): Promise<StreamClient[]> {
  const streams: StreamClient[] = [];
  const atOnce = 50;
  while (streams.length < count) {
    const start = streams.length;
    streams.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(atOnce, count - start) }, (_, at) => open(start + at)),
      )),
    );
  }
  return streams;
}

async function closeAll(streams: readonly StreamClient[]): Promise<void> {
  for (const stream of streams) stream.close();
  await Bun.sleep(300);
}
