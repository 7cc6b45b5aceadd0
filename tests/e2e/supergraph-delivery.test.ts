import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { compose } from "./support/shop.ts";

type Behaviour = "works" | "fails" | "hangs" | "garbage";

/** Delivers a supergraph as a registry does, and fails as anything does. */
class Deliverer implements Disposable {
  behaviour: Behaviour = "works";
  sdl = "";
  launch = 1;
  readonly seen: { key: string | null; condition: string | null; status: number }[] = [];
  readonly served: Record<string, unknown>[] = [];
  private server = this.listen(0);

  get url(): string {
    return `${this.server.url.origin}/supergraph/shop/main`;
  }

  stop(): number {
    const { port } = this.server;
    void this.server.stop(true);
    return port!;
  }

  restart(port: number): void {
    this.server = this.listen(port);
  }

  [Symbol.dispose](): void {
    void this.server.stop(true);
  }

  private listen(port: number) {
    return Bun.serve({
      port,
      hostname: "127.0.0.1",
      idleTimeout: 2,
      fetch: (request) => this.answer(request),
    });
  }

  private async answer(request: Request): Promise<Response> {
    if (request.method === "POST") {
      this.served.push((await request.json()) as Record<string, unknown>);
      return Response.json({ taken: true });
    }
    if (this.behaviour === "hangs") return new Promise(() => {});
    if (this.behaviour === "fails") return new Response("out of order", { status: 500 });
    const text = this.behaviour === "garbage" ? "type Query {" : this.sdl;
    const etag = `"${createHash("sha1").update(text).digest("hex")}"`;
    const condition = request.headers.get("if-none-match");
    const status = condition === etag ? 304 : 200;
    this.seen.push({ key: request.headers.get("x-api-key"), condition, status });
    const headers = { etag, "x-mycelium-launch": String(this.launch) };
    return new Response(status === 304 ? null : text, { status, headers });
  }
}

const supergraphOf = (field: string) =>
  compose([{ name: "shop", url: "http://127.0.0.1:1/graphql", sdl: `type Query { ${field}: String }` }]);

let deliverer: Deliverer;
let copies: string;
beforeEach(() => {
  deliverer = new Deliverer();
  deliverer.sdl = supergraphOf("first");
  copies = mkdtempSync(join(tmpdir(), "mycelium-copies-"));
});
afterEach(() => {
  deliverer[Symbol.dispose]();
  rmSync(copies, { recursive: true, force: true });
});

const start = (environment: Record<string, string> = {}) =>
  startRouter({
    environment: {
      APOLLO_ROUTER_SUPERGRAPH_URLS: deliverer.url,
      APOLLO_UPLINK_POLL_INTERVAL: "100ms",
      APOLLO_KEY: "service:shop:secret",
      MYCELIUM_SUPERGRAPH_COPIES: copies,
      ...environment,
    },
    yaml: "supergraph: { introspection: true }",
  });

async function fieldsOf(router: RouterProcess): Promise<string[]> {
  const { data } = await router.query("{ __schema { queryType { fields { name } } } }");
  return (data as { __schema: { queryType: { fields: { name: string }[] } } }).__schema.queryType.fields.map(
    ({ name }) => name,
  );
}

test("asks on condition that it changed, takes what is new, and tells which launch it serves", async () => {
  await using router = await start();
  expect(await fieldsOf(router)).toEqual(["first"]);
  await Bun.sleep(500);
  const later = deliverer.seen.slice(1);
  expect(later.length).toBeGreaterThan(1);
  expect(later.every(({ status, condition }) => status === 304 && condition !== null)).toBe(true);
  expect(deliverer.seen[0]).toMatchObject({ key: "service:shop:secret", condition: null });
  deliverer.sdl = supergraphOf("second");
  deliverer.launch = 2;
  await router.logged("serving launch 2");
  expect(await fieldsOf(router)).toEqual(["second"]);
  expect(deliverer.served.map(({ graph, variant, launch }) => [graph, variant, launch])).toEqual([
    ["shop", "main", "1"],
    ["shop", "main", "2"],
  ]);
});

test("serves on while nobody delivers, says so once, and takes what is there afterwards", async () => {
  await using router = await start();
  const port = deliverer.stop();
  await router.logged("serving on as before");
  await Bun.sleep(400);
  expect(await fieldsOf(router)).toEqual(["first"]);
  deliverer.sdl = supergraphOf("second");
  deliverer.restart(port);
  await router.logged("can be asked for again");
  await router.logged("reloaded configuration and supergraph");
  expect(await fieldsOf(router)).toEqual(["second"]);
  expect(router.messages.filter((message) => message.includes("serving on as before"))).toHaveLength(1);
});

test("a supergraph that makes no router changes nothing, is reported once, and stands in no other's way", async () => {
  await using router = await start();
  deliverer.behaviour = "garbage";
  await router.logged("reload failed; the router serves on as before");
  await Bun.sleep(400);
  expect(router.messages.filter((message) => message.includes("reload failed"))).toHaveLength(1);
  router.signal("SIGHUP");
  await router.logged("reloaded configuration and supergraph");
  expect(await fieldsOf(router)).toEqual(["first"]);
  deliverer.behaviour = "works";
  deliverer.sdl = supergraphOf("third");
  await router.logged("reloaded configuration and supergraph", 2);
  expect(await fieldsOf(router)).toEqual(["third"]);
});

test("starts from the last good copy while nobody delivers, and not where there is none", async () => {
  await (await start())[Symbol.asyncDispose]();
  deliverer.behaviour = "fails";
  await using router = await start();
  await router.logged("serving the last good copy of launch 1");
  expect(await fieldsOf(router)).toEqual(["first"]);
  deliverer.sdl = supergraphOf("second");
  deliverer.behaviour = "works";
  await router.logged("reloaded configuration and supergraph");
  expect(await fieldsOf(router)).toEqual(["second"]);
  deliverer.behaviour = "fails";
  rmSync(copies, { recursive: true });
  const failed = await start().catch((error: Error) => error);
  expect(String(failed)).toContain("no supergraph could be fetched");
  expect(String(failed)).toContain("answered 500");
});

test("asks the second where the first fails; a key in a URL is sent and never shown", async () => {
  const [, rest = ""] = deliverer.url.split("//");
  const urls = `http://127.0.0.1:1/supergraph,http://router:hunter2@${rest}`;
  await using router = await start({ APOLLO_ROUTER_SUPERGRAPH_URLS: urls });
  expect(await fieldsOf(router)).toEqual(["first"]);
  deliverer.stop();
  await router.logged("serving on as before");
  expect(JSON.stringify(router.lines)).not.toContain("hunter2");
});
