import { heapStats } from "bun:jsc";
import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthenticationState } from "../auth/authentication.ts";
import { configFromYaml } from "../config/router-config.ts";
import { createCacheMemory } from "../entity-cache/cache-memory.ts";
import { noOverloadGuard } from "../pipeline/overload-guard.ts";
import { MemoryCounter } from "../rate-limit/memory-counter.ts";
import { noTelemetry } from "../telemetry/no-telemetry.ts";
import { Listeners } from "./listeners.ts";
import { LiveRouter } from "./live-router.ts";

const supergraphSdl = readFileSync(join(import.meta.dir, "../../../example/supergraph.graphql"), "utf8");
const mib = 1024 * 1024;

const listeners = new Listeners({ idleTimeoutSeconds: 60, reusePort: false });
const live = new LiveRouter({
  listeners,
  telemetry: noTelemetry,
  overload: noOverloadGuard,
  cacheMemory: createCacheMemory(),
  rateCounts: new MemoryCounter(),
  authenticationState: createAuthenticationState(),
});
afterEach(() => live.drain());

test("fifty reloads leave no memory behind", async () => {
  for (let round = 0; round < 10; round++) await reloadAndAsk(round);
  const before = usedBytes();
  for (let round = 10; round < 60; round++) await reloadAndAsk(round);
  const after = usedBytes();
  console.log(
    `      heap ${format(before.heap)} → ${format(after.heap)}, resident ${format(before.resident)} → ${format(after.resident)} MiB`,
  );
  expect(after.heap - before.heap).toBeLessThan(4 * mib);
  expect(after.resident - before.resident).toBeLessThan(48 * mib);
}, 30_000);

/** A parsed and planned operation makes the router fill its caches. */
async function reloadAndAsk(round: number): Promise<void> {
  const yaml = `
supergraph: { listen: 127.0.0.1:0, introspection: true }
health_check: { enabled: ${round % 2 === 0}, listen: 127.0.0.1:0 }`;
  await live.take({ config: configFromYaml(yaml), supergraphSdl: `${supergraphSdl}\n# ${round}` });
  const { url } = live.addresses.at(-1)!;
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify({ query: "{ __schema { types { name fields { name } } } }" }),
    headers: { "content-type": "application/json" },
  });
  expect(((await response.json()) as { data?: unknown }).data).toBeDefined();
}

function usedBytes(): { heap: number; resident: number } {
  Bun.gc(true);
  Bun.gc(true);
  return { heap: heapStats().heapSize, resident: process.memoryUsage.rss() };
}

function format(bytes: number): string {
  return (bytes / mib).toFixed(1);
}
