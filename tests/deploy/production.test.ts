import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "graphql-ws";
import { parse } from "yaml";
import { createCertificate } from "../e2e/support/certificate.ts";
import { openMarket, passthrough, priceQuery, until } from "../e2e/support/market.ts";
import { type RouterProcess, startRouter } from "../e2e/support/router-process.ts";
import { hasNginx, NginxProcess } from "./nginx-process.ts";

const root = join(import.meta.dir, "../..");
const composePath = join(root, "deploy/docker-compose.production.yml");
const composeText = readFileSync(composePath, "utf8");

interface Service {
  command?: string[];
  image?: string;
  environment?: Record<string, string | number>;
  deploy?: { replicas: number };
}

const { services } = parse(composeText, { merge: true }) as { services: Record<string, Service> };

describe("deploy/docker-compose.production.yml", () => {
  const { subgraphs } = parse(readFileSync(join(root, "rover.config.yaml"), "utf8")) as {
    subgraphs: Record<string, { routing_url: string }>;
  };

  test("runs every subgraph of the supergraph, and the router knows where", () => {
    for (const [name, { routing_url }] of Object.entries(subgraphs)) {
      expect(services[name]?.command?.at(-1)).toBe(`subgraphs/${name}/src/main.ts`);
      const url = routing_url.replace("127.0.0.1", name);
      expect(services.router?.environment?.[`${name.toUpperCase()}_URL`]).toBe(url);
    }
  });

  test("starts files that are there", () => {
    const files = Object.values(services).flatMap(({ command = [] }) =>
      command.filter((part) => part.endsWith(".ts")),
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test("names no variable that .env.example does not explain", () => {
    const explained = readFileSync(join(root, ".env.example"), "utf8");
    const ours = Object.values(services).filter(({ image }) => image?.startsWith("mycelium:"));
    const names = ours.flatMap(({ environment = {} }) => Object.keys(environment));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(explained))).toEqual([]);
  });

  test("stays within the connections of one Postgres", () => {
    const replicas = Object.keys(subgraphs).reduce(
      (sum, name) => sum + (services[name]?.deploy?.replicas ?? 1),
      0,
    );
    const { DATABASE_CONNECTIONS: each, DATABASE_REPLICAS: counted } = services.orders?.environment ?? {};
    expect(Number(counted)).toBeGreaterThanOrEqual(replicas);
    expect(Number(each) * replicas).toBeLessThan(100);
  });
});

describe.skipIf(!hasNginx)("nginx before three routers", () => {
  const market = openMarket();
  const certificate = createCertificate("localhost");
  const tls = { ca: certificate.cert };
  const webhooks = Bun.serve({
    port: 0,
    fetch: ({ url, headers }) => Response.json([url, headers.get("x-forwarded-for")]),
  });
  let routers: RouterProcess[];
  let nginx: NginxProcess;

  beforeAll(async () => {
    const yaml = `supergraph: { listen: 127.0.0.1:0, path: /graphql }\n${passthrough}`;
    const options = { supergraph: market.supergraph, yaml };
    routers = await Promise.all([startRouter(options), startRouter(options), startRouter(options)]);
    const ports = routers.map(({ url }) => Number(new URL(url).port));
    nginx = new NginxProcess(certificate, { router: ports, orders: [webhooks.port ?? 0] });
    await nginx.ready(certificate.cert);
  });
  afterAll(async () => {
    await nginx[Symbol.asyncDispose]();
    await Promise.all(routers.map((router) => router[Symbol.asyncDispose]()));
    await webhooks.stop(true);
  });

  const ask = async () => {
    const response = await fetch(`${nginx.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ products { name } }" }),
      tls,
    });
    return response.status;
  };

  test("an event passes at once, over multipart and over a WebSocket", async () => {
    const response = await fetch(`${nginx.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "multipart/mixed;subscriptionSpec=1.0" },
      body: JSON.stringify({ query: "subscription { counter(to: 2) }" }),
      tls,
    });
    expect(await response.text()).toContain('{"counter":2}');

    const client = createClient({
      url: `${nginx.url.replace("https", "wss")}/graphql`,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, { protocols, tls } as unknown as string[]);
        }
      },
    });
    const prices = client.iterate({ query: priceQuery });
    const first = prices.next();
    await until(() => market.prices.size === 1, "the subscription");
    market.prices.publish({ sku: "a", price: 3 });
    expect((await first).value).toEqual({
      data: { priceChanged: { sku: "a", price: 3, name: "name of a" } },
    });
    await prices.return?.();
    await client.dispose();
  });

  test("webhooks reach their subgraph with the caller's own address", async () => {
    const response = await fetch(`${nginx.url}/webhooks/toast/t1`, {
      method: "POST",
      headers: { "x-forwarded-for": "6.6.6.6" },
      tls,
    });
    expect(await response.json()).toEqual([expect.stringContaining("/webhooks/toast/t1"), "127.0.0.1"]);
    expect((await fetch(`${nginx.url}/metrics`, { tls })).status).toBe(404);
  });

  test("a router that is killed costs no query", async () => {
    expect(await Promise.all(Array.from({ length: 30 }, ask))).toEqual(Array(30).fill(200));
    routers[0]!.signal("SIGKILL");
    await routers[0]!.exited;
    expect(await Promise.all(Array.from({ length: 30 }, ask))).toEqual(Array(30).fill(200));
  });
});
