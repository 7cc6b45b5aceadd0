import { heapStats } from "bun:jsc";
import { parseArgs } from "node:util";
import { parseCacheControl } from "../router/src/entity-cache/cache-control.ts";
import { Form } from "../router/src/entity-cache/forms/form.ts";
import { EntityStore } from "../router/src/entity-cache/store/entity-store.ts";
import { termsOf } from "../router/src/entity-cache/terms.ts";
import { Random } from "../tests/differential/random.ts";

/**
 * Puts a million random entities, small and large, with tags and without, into a store that is bounded in bytes:
 * `bun bench/entity-cache-memory.ts --entities 1000000 --megabytes 64`. The accounted bytes must never be above the
 * bound, and the process must stay below what the bound and an empty process come to.
 */
const { values } = parseArgs({
  options: {
    entities: { type: "string", default: "1000000" },
    megabytes: { type: "string", default: "64" },
    seed: { type: "string", default: "1" },
  },
});
const [entities, megabytes, seed] = [values.entities, values.megabytes, values.seed].map(Number) as [
  number,
  number,
  number,
];
const mib = 1024 * 1024;
const random = new Random(seed);
const store = new EntityStore(megabytes * mib);
const sections = ["User", "Product", "Review", "Order"].map((type) => store.section("shop", type));
const form = new Form("{id name text tags}", [], false);
const terms = termsOf(parseCacheControl({ cacheControl: "max-age=3600", nowMs: Date.now() }))!;

Bun.gc(true);
const before = process.memoryUsage.rss();
let accountedMax = 0;
let residentMax = 0;
const startedMs = performance.now();
for (let index = 0; index < entities; index++) {
  const section = random.pick(sections);
  const id = random.between(0, entities);
  store.put(section, `tenant-${random.between(0, 9)}`, {
    key: `{"__typename":"${section.type}","id":"${id}"}`,
    form,
    inputs: [],
    // As it comes from a subgraph.
    data: JSON.parse(JSON.stringify(randomEntity(id))),
    terms,
    tags: random.chance(0.2) ? [`tag-${random.between(0, 1_000)}`] : [],
  });
  accountedMax = Math.max(accountedMax, store.bytes);
  // As in a server, where other things happen between.
  if (index % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  if (index % 10_000 === 0) residentMax = Math.max(residentMax, process.memoryUsage.rss());
}
const elapsedMs = performance.now() - startedMs;
Bun.gc(true);
residentMax = Math.max(residentMax, process.memoryUsage.rss());

const { heapSize } = heapStats();
const figures = {
  entities,
  kept: store.size,
  "bound MiB": megabytes,
  "accounted MiB, at most": round(accountedMax / mib),
  "process MiB before": round(before / mib),
  "process MiB, at most": round(residentMax / mib),
  "process MiB at the end": round(process.memoryUsage.rss() / mib),
  "heap MiB at the end": round(heapSize / mib),
  "µs an entity": round((elapsedMs * 1_000) / entities),
};
console.table(figures);
// Entities that come and go for ever leave holes, and the allocator keeps what it had: several times what is in use.
const ceiling = before + 6 * megabytes * mib + 128 * mib;
const isWithin = accountedMax <= megabytes * mib && residentMax <= ceiling;
console.log(isWithin ? `within the ceiling of ${round(ceiling / mib)} MiB` : "OVER THE BOUND");
process.exitCode = isWithin ? 0 : 1;

function randomEntity(id: number) {
  return {
    id: String(id),
    name: `Name ${random.between(0, 1e9)}`,
    text: "x".repeat(random.chance(0.05) ? random.between(1_000, 8_000) : random.between(5, 200)) + id,
    tags: Array.from({ length: random.between(0, 5) }, () => `t${random.between(0, 1e6)}`),
    at: random.between(0, 1e9),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
