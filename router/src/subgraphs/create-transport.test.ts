import { expect, test } from "bun:test";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { configFromYaml } from "../config/router-config.ts";
import { createTransport } from "./create-transport.ts";

test("names resolve as the configuration says", async () => {
  await using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("found") });
  const url = new URL(`http://localhost:${server.port}/`);
  const call = (strategy: string) => {
    const yaml = `traffic_shaping: { subgraphs: { a: { dns_resolution_strategy: ${strategy} } } }`;
    const transport = createTransport(configFromYaml(yaml), "a", url);
    const request = { url, headers: {}, body: "{}", timeoutMs: 2_000, answerBytesMax: 100 };
    return transport.send(request).finally(() => transport.close());
  };
  expect((await call("ipv4_only")).text()).toBe("found");
  expect((await call("ipv4_then_ipv6")).text()).toBe("found");
  await expect(call("ipv6_only")).rejects.toMatchObject({ code: "CONNECT_FAILED" });
});

test("HTTP/2 without TLS is spoken where the configuration says so", async () => {
  const server = createServer((request, response) => response.end(`version ${request.httpVersion}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const config = configFromYaml("traffic_shaping: { subgraphs: { a: { experimental_http2: http2only } } }");
  const transport = createTransport(config, "a", url);
  const request = { url, headers: {}, body: "{}", timeoutMs: 2_000, answerBytesMax: 100 };
  expect((await transport.send(request)).text()).toBe("version 2.0");
  transport.close();
  await new Promise((resolve) => server.close(resolve));
});
