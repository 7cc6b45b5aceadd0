import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificate } from "./support/certificate.ts";
import { freePort, startRouter } from "./support/router-process.ts";
import { meAnswer, meQuery, openShop } from "./support/shop.ts";

const [authority, client, stranger] = ["localhost", "router", "stranger"].map(createCertificate);
const shop = openShop({ ...authority!, ca: client!.cert, requestCert: true, rejectUnauthorized: true });
const plainShop = openShop();
afterEach(() => shop.reset());

test("clients reach the router over TLS with the configured certificate", async () => {
  const yaml = `tls: ${JSON.stringify({
    supergraph: {
      certificate: authority!.cert,
      certificate_chain: authority!.cert,
      key: authority!.key,
    },
  })}`;
  await using router = await startRouter({ supergraph: plainShop.supergraph, yaml });
  expect(router.url).toStartWith("https://");
  const url = router.url.replace("127.0.0.1", "localhost");
  const post = {
    method: "POST",
    body: JSON.stringify({ query: meQuery }),
    headers: { "content-type": "application/json" },
  };
  expect(await (await fetch(url, { ...post, tls: { ca: authority!.cert } })).json()).toEqual(meAnswer);
  expect(fetch(url, post)).rejects.toThrow(/self.signed/i);
  expect((await fetch(router.healthUrl)).status).toBe(200);
});

describe("a subgraph behind TLS that wants to know its callers", () => {
  const trusted = {
    certificate_authorities: authority!.cert,
    client_authentication: { certificate_chain: client!.cert, key: client!.key },
  };

  test("is reached with its authority and our certificate", async () => {
    const answer = await ask({ all: trusted });
    expect(answer).toEqual(meAnswer);
  });

  test("is reached where only this subgraph is configured so", async () => {
    expect(await ask({ subgraphs: { users: trusted } })).toEqual(meAnswer);
  });

  test.each([
    ["without its authority", { client_authentication: trusted.client_authentication }],
    ["with another authority", { ...trusted, certificate_authorities: stranger!.cert }],
    ["without our certificate", { certificate_authorities: authority!.cert }],
    [
      "with a stranger's certificate",
      { ...trusted, client_authentication: { certificate_chain: stranger!.cert, key: stranger!.key } },
    ],
  ])("is not reached %s", async (_how, all) => {
    const { data, errors } = await ask({ all });
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors![0]!.message).toStartWith("HTTP fetch failed from 'users': ");
    expect(shop.users.calls).toHaveLength(0);
  });

  async function ask(subgraph: object) {
    const yaml = `tls: ${JSON.stringify({ subgraph })}`;
    await using router = await startRouter({ supergraph: shop.supergraph, yaml });
    return await router.query(meQuery);
  }
});

test("the router listens on a unix socket, takes over one that was left behind, and removes its own", async () => {
  const path = join(tmpdir(), `router-${process.pid}.sock`);
  const yaml = `supergraph: { listen: "unix://${path}" }`;
  const abandoned = Bun.spawn([
    process.execPath,
    "-e",
    `Bun.listen({ unix: ${JSON.stringify(path)}, socket: { data() {} } }); process.kill(process.pid, "SIGKILL")`,
  ]);
  await abandoned.exited;
  expect(existsSync(path)).toBe(true);
  await using router = await startRouter({ supergraph: plainShop.supergraph, yaml });
  const answer = await fetch("http://localhost/", {
    unix: path,
    method: "POST",
    body: JSON.stringify({ query: meQuery }),
    headers: { "content-type": "application/json" },
  });
  expect(await answer.json()).toEqual(meAnswer);
  router.signal("SIGTERM");
  expect(await router.ended()).toBe(0);
  expect(existsSync(path)).toBe(false);
});

test("a new certificate on disk is taken by a reload", async () => {
  const other = createCertificate("localhost");
  const port = freePort();
  await using router = await startRouter({ supergraph: plainShop.supergraph, yaml: "" });
  const use = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(join(router.folder, "cert.pem"), cert);
    writeFileSync(join(router.folder, "key.pem"), key);
  };
  use(authority!);
  const file = (name: string) => `"\${file.${join(router.folder, name)}}"`;
  router.writeConfig(`
supergraph: { listen: 127.0.0.1:${port} }
tls: { supergraph: { certificate: ${file("cert.pem")}, certificate_chain: ${file("cert.pem")}, key: ${file("key.pem")} } }`);
  router.signal("SIGHUP");
  await router.logged("reloaded", 1);
  const status = async (ca: string) =>
    (await fetch(`https://localhost:${port}/`, { tls: { ca }, keepalive: false })).status;
  expect(await status(authority!.cert)).toBe(400);
  use(other);
  router.signal("SIGHUP");
  await router.logged("reloaded", 2);
  expect(await status(other.cert)).toBe(400);
});
