import { anonymous } from "../router/src/auth/caller.ts";
import { configFromYaml } from "../router/src/config/router-config.ts";
import type { Asker } from "../router/src/rate-limit/asker.ts";
import { MemoryCounter } from "../router/src/rate-limit/memory-counter.ts";
import { createRateLimits } from "../router/src/rate-limit/rate-limits.ts";
import { noTelemetry } from "../router/src/telemetry/no-telemetry.ts";
import { hasRedisServer, startRedis } from "../tests/support/redis-server.ts";

/**
 * What a keyed limit costs: `bun bench/rate-limit.ts`. CPU of one check behind a trusted proxy, memory of one key,
 * and, where this machine has Redis, CPU of the router and time of a check that is counted there.
 */
const rounds = 7;
const clients = 50_000;

function limitsOf(more: string, memory: MemoryCounter) {
  const { plugins } = configFromYaml(`
    plugins:
      mycelium.rate_limit:
        trusted_proxies: [10.0.0.0/8]
        keys_max: 1000000
        ${more}
        rules:
          - { name: ip, limit: 1000000, per: minute, key: [ip] }`);
  const { meters, logger } = noTelemetry;
  const limits = createRateLimits(plugins["mycelium.rate_limit"], { memory, meters, logger, lingerMs: 0 });
  if (!limits) throw new Error("the limits are off");
  return limits;
}

function askerOf(limits: ReturnType<typeof limitsOf>, number: number): Asker {
  const headers = new Headers({
    "x-forwarded-for": `203.${number >> 16}.${(number >> 8) & 255}.${number & 255}`,
  });
  const address = () => limits.findAddress("10.0.0.1", headers.get("x-forwarded-for"));
  return { headers, caller: anonymous, address, operation: undefined };
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}

function measureMemory(): void {
  const limits = limitsOf("", new MemoryCounter());
  const check = limits.check.request!;
  const askers = Array.from({ length: clients }, (_, number) => askerOf(limits, number));
  Bun.gc(true);
  const beforeBytes = process.memoryUsage().heapUsed;
  for (const asker of askers) check(asker);
  Bun.gc(true);
  const bytesPerKey = (process.memoryUsage().heapUsed - beforeBytes) / clients;
  const perCheck = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    for (const asker of askers) check(asker);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / clients;
  });
  console.log(
    `in memory   ${median(perCheck).toFixed(2)} µs of CPU a check, ${Math.round(bytesPerKey)} bytes a key`,
  );
  limits.close();
}

async function measureRedis(): Promise<void> {
  await using server = await startRedis();
  const limits = limitsOf(
    `redis: { urls: ["${server.url}"], timeout: 10s, required_to_start: true }`,
    new MemoryCounter(),
  );
  await limits.started();
  const check = limits.check.request!;
  const askers = Array.from({ length: 2_000 }, (_, number) => askerOf(limits, number));
  const inFlight = 50;
  const figures: { cpu: number; wall: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    const startedMs = performance.now();
    for (let first = 0; first < askers.length; first += inFlight) {
      await Promise.all(askers.slice(first, first + inFlight).map(check));
    }
    const { user, system } = process.cpuUsage(start);
    figures.push({
      cpu: (user + system) / askers.length,
      wall: ((performance.now() - startedMs) * 1_000) / (askers.length / inFlight),
    });
  }
  const cpu = median(figures.map((figure) => figure.cpu)).toFixed(0);
  const wall = median(figures.map((figure) => figure.wall)).toFixed(0);
  console.log(
    `in Redis    ${cpu} µs of the router's CPU a check, ${wall} µs until ${inFlight} at once are counted`,
  );
  limits.close();
}

measureMemory();
if (hasRedisServer) await measureRedis();
else console.log("in Redis    not measured: there is no redis-server");
process.exit(0);
