import { afterEach, expect, test } from "bun:test";
import { usableProcessors } from "../../router/src/cli/usable-processors.ts";
import { failToStart, freePort, type RouterProcess, startRouter } from "./support/router-process.ts";
import { answerUsers, meAnswer, meQuery, openShop } from "./support/shop.ts";
import { after, silence } from "./support/subgraph.ts";

const shop = openShop();
afterEach(() => shop.reset());

test("workers share the port, and the metrics count what each of them did", async () => {
  await using router = await startWorkers(2);
  const answers = await Promise.all(Array.from({ length: 60 }, () => askAnew(router)));
  expect(answers).toEqual(Array(60).fill(meAnswer));
  expect(shop.users.calls).toHaveLength(60);
  for (let look = 0; look < 5; look++) expect(await countedRequests(router)).toBe(60);
  expect(await metric(router, "apollo_router_pipelines")).toBe(2);
});

test("a worker that dies is started again; until then the router is not ready, and no count is lost", async () => {
  await using router = await startWorkers(2);
  await Promise.all(Array.from({ length: 20 }, () => askAnew(router)));
  expect(await countedRequests(router)).toBe(20);
  process.kill(workersOf(router)[0]!, "SIGKILL");
  await router.logged("a worker has died");
  expect(await readiness(router)).toBe(503);
  expect(await askAnew(router)).toEqual(meAnswer);
  while ((await readiness(router)) !== 200) await Bun.sleep(10);
  expect(workersOf(router)).toHaveLength(2);
  expect(await countedRequests(router)).toBe(21);
});

test("auto starts a worker for each processor, and one process where there is one only", async () => {
  await using router = await startWorkers("auto");
  const processors = usableProcessors();
  expect(workersOf(router)).toHaveLength(processors === 1 ? 0 : processors);
  expect(await askAnew(router)).toEqual(meAnswer);
});

test("SIGHUP reloads every worker; what is broken is said once", async () => {
  await using router = await startWorkers(2);
  const { yaml } = portsOf(router);
  router.writeConfig(`${yaml}\nsupergraphh: {}`);
  router.signal("SIGHUP");
  await router.logged("reload failed");
  router.writeConfig(`${yaml}\nhomepage: { enabled: false }`);
  router.signal("SIGHUP");
  await router.logged("reloaded configuration");
  await Bun.sleep(100);
  expect(router.messages.filter((message) => message.includes("reload"))).toHaveLength(2);
  const pages = await Promise.all(Array.from({ length: 20 }, () => fetch(router.url, landing)));
  expect(pages.map(({ headers }) => headers.get("content-type"))).not.toContain("text/html; charset=utf-8");
});

test("SIGTERM lets each worker finish, then all end with 0", async () => {
  shop.users.answer = after(500, answerUsers);
  await using router = await startWorkers(2);
  const answers = Array.from({ length: 10 }, () => askAnew(router));
  while (shop.users.calls.length < 10) await Bun.sleep(5);
  const workers = workersOf(router);
  router.signal("SIGTERM");
  expect(await Promise.all(answers)).toEqual(Array(10).fill(meAnswer));
  expect(await router.ended()).toBe(0);
  expect(workers.filter(isAlive)).toEqual([]);
});

test("a second signal ends all at once", async () => {
  shop.users.answer = silence;
  await using router = await startWorkers(2);
  const answer = askAnew(router).catch(() => "cut");
  while (shop.users.calls.length === 0) await Bun.sleep(5);
  const workers = workersOf(router);
  router.signal("SIGTERM");
  await router.logged("finishing 1 request");
  router.signal("SIGTERM");
  expect(await router.ended()).toBe(130);
  expect(await answer).toBe("cut");
  expect(workers.filter(isAlive)).toEqual([]);
});

test("workers end when their parent is gone", async () => {
  await using router = await startWorkers(2);
  const workers = workersOf(router);
  process.kill(router.pid, "SIGKILL");
  while (workers.some(isAlive)) await Bun.sleep(10);
});

test.each([
  ["traffic_shaping: { router: { concurrency_limit: 5 } }", "traffic_shaping.router.concurrency_limit"],
  [rateLimit("router"), "traffic_shaping.router.global_rate_limit"],
  [rateLimit("all"), "traffic_shaping.all.global_rate_limit"],
  [
    "traffic_shaping: { subgraphs: { users: { global_rate_limit: { capacity: 1, interval: 1s } } } }",
    "users",
  ],
  ["supergraph: { listen: 127.0.0.1:0 }", "port 0"],
  ["supergraph: { listen: 'unix:///tmp/router.sock' }", "unix:///tmp/router.sock"],
])("%s is refused with several workers", async (yaml, named) => {
  const { exitCode, stderr } = await failToStart({
    supergraph: shop.supergraph,
    yaml,
    flags: ["--workers", "2"],
  });
  expect(exitCode).toBe(1);
  expect(stderr.split("\n")).toHaveLength(1);
  expect(stderr).toContain(named);
  expect(stderr).toContain("--workers 1");
});

test("what stops the first worker is said once", async () => {
  const { yaml } = choosePorts();
  const failure = await failToStart({ supergraph: "lorem", yaml, flags: ["--workers", "3"] });
  expect(failure.exitCode).toBe(1);
  expect(failure.stderr).toMatch(/^the supergraph cannot be parsed [^\n]*$/);
});

const landing = { headers: { accept: "text/html" } };
const portsByRouter = new WeakMap<RouterProcess, Ports>();

interface Ports {
  yaml: string;
}

async function startWorkers(workers: number | "auto"): Promise<RouterProcess> {
  const ports = choosePorts();
  const router = await startRouter({
    supergraph: shop.supergraph,
    yaml: ports.yaml,
    flags: ["--workers", String(workers)],
  });
  portsByRouter.set(router, ports);
  return router;
}

function choosePorts(): Ports {
  const yaml = `
supergraph: { listen: 127.0.0.1:${freePort()} }
health_check: { listen: 127.0.0.1:${freePort()} }
telemetry:
  exporters: { metrics: { prometheus: { enabled: true, listen: 127.0.0.1:${freePort()}, path: /metrics } } }`;
  return { yaml };
}

function portsOf(router: RouterProcess): Ports {
  return portsByRouter.get(router)!;
}

function rateLimit(where: string): string {
  return `traffic_shaping: { ${where}: { global_rate_limit: { capacity: 1, interval: 1s } } }`;
}

/** Over a connection of its own: which worker gets it is decided for each connection. */
function askAnew(router: RouterProcess) {
  return router.query(meQuery, { keepalive: false });
}

async function readiness(router: RouterProcess): Promise<number> {
  return (await fetch(`${router.healthUrl}?ready`, { keepalive: false })).status;
}

async function metric(router: RouterProcess, name: string): Promise<number> {
  const text = await (await fetch(router.metricsUrl, { keepalive: false })).text();
  return Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, "m").exec(text)?.[1]);
}

function countedRequests(router: RouterProcess): Promise<number> {
  return metric(router, "http_server_request_duration_seconds_count");
}

function workersOf(router: RouterProcess): number[] {
  const { stdout } = Bun.spawnSync(["ps", "--ppid", String(router.pid), "-o", "pid="]);
  return stdout.toString().trim().split(/\s+/).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
