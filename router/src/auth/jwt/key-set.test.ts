import { afterAll, expect, test } from "bun:test";
import { pino } from "pino";
import { keySetBytesMax } from "./fetch-key-set.ts";
import { KeySet } from "./key-set.ts";
import { KeySets } from "./key-sets.ts";

const logger = pino({ level: "silent" });
let answer: () => Response = () => Response.json({ keys: [] });
let reads = 0;
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch() {
    reads += 1;
    return answer();
  },
});
afterAll(() => server.stop(true));

const source = { url: `http://127.0.0.1:${server.port}/`, headers: [], pollIntervalMs: 3_600_000 };
const octet = (kid: string) => ({ kty: "oct", k: "c2VjcmV0", kid });
const publish = (...kids: string[]) => {
  answer = () => Response.json({ keys: kids.map(octet) });
};
const idsOf = (set: KeySet) => set.keys.map(({ keyId }) => keyId);

async function openSet(overrides: Partial<typeof source> = {}): Promise<KeySet & Disposable> {
  reads = 0;
  const set = new KeySet({ ...source, ...overrides }, logger);
  await set.settled;
  return Object.assign(set, { [Symbol.dispose]: () => set.close() });
}

test("is read at once, and again after its interval", async () => {
  publish("a");
  using set = await openSet({ pollIntervalMs: 5 });
  expect(idsOf(set)).toEqual(["a"]);
  publish("b");
  while (idsOf(set)[0] !== "b") await Bun.sleep(1);
  expect(set.version).toBe(2);
});

test("the same content again is no new version", async () => {
  publish("a");
  using set = await openSet({ pollIntervalMs: 1 });
  while (reads < 3) await Bun.sleep(1);
  expect(set.version).toBe(1);
});

test("an unknown key makes it read early, but once in an interval only", async () => {
  publish("a");
  using set = await openSet();
  publish("a", "b");
  await Promise.all([set.pollEarly(), set.pollEarly()]);
  expect(idsOf(set)).toEqual(["a", "b"]);
  expect(set.pollEarly()).toBeUndefined();
  expect(reads).toBe(2);
});

test.each<[string, () => Response]>([
  ["an error", () => new Response("{}", { status: 503 })],
  ["no JSON", () => new Response("<html>")],
  ["no set", () => Response.json([])],
  ["more than is read", () => new Response("x".repeat(keySetBytesMax + 1))],
])("%s leaves the last good keys", async (_name, bad) => {
  publish("a");
  using set = await openSet();
  answer = bad;
  await set.pollEarly();
  expect(reads).toBe(2);
  expect(idsOf(set)).toEqual(["a"]);
});

test("keys for other purposes are left out", async () => {
  const keys = [
    { ...octet("encrypts"), use: "enc" },
    { ...octet("signs only"), key_ops: ["sign"] },
    { ...octet("unknown algorithm"), alg: "XY1" },
    { kty: "quantum", kid: "unknown kind" },
    "no key",
    { ...octet("good"), use: "sig", key_ops: ["verify"] },
  ];
  answer = () => Response.json({ keys });
  using set = await openSet();
  expect(idsOf(set)).toEqual(["good"]);
});

test("one that is closed reads no more", async () => {
  publish("a");
  const set = await openSet({ pollIntervalMs: 1 });
  set.close();
  await Bun.sleep(20);
  const before = reads;
  await Bun.sleep(50);
  expect(reads).toBe(before);
});

test("equal sources share a set, which closes with its last user", async () => {
  publish("a");
  reads = 0;
  const sets = new KeySets();
  const one = sets.take(source, logger);
  const other = sets.take({ ...source }, logger);
  expect(other.set).toBe(one.set);
  await one.set.settled;
  one.release();
  one.release();
  const third = sets.take(source, logger);
  expect(third.set).toBe(one.set);
  other.release();
  third.release();
  const later = sets.take(source, logger);
  expect(later.set).not.toBe(one.set);
  later.release();
});
