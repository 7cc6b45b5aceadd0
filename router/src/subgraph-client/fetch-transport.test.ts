import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { FetchTransport } from "./fetch-transport.ts";
import { describeTransportContract, failureOf, toRequest } from "./transport-contract.ts";
import { describeTransportFaults } from "./transport-faults.ts";

describeTransportContract({
  name: "FetchTransport",
  start: async (handler) => {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: handler });
    return {
      transport: new FetchTransport(),
      url: new URL(`http://127.0.0.1:${server.port}/graphql`),
      stop: () => server.stop(true),
    };
  },
});

describeTransportFaults({
  name: "FetchTransport",
  createTransport: () => new FetchTransport(),
  // Bun waits for more when the first line is not HTTP's.
  garbageCodes: ["BAD_ANSWER", "TIMED_OUT"],
});

describe("over TLS", () => {
  test("trusts the configured authorities", async () => {
    await using server = startTlsServer({});
    expect(
      await textFrom(new FetchTransport({ tls: { certificateAuthorities: CERTIFICATE } }), server.url),
    ).toBe("secret");
  });

  test("trusts nobody else", async () => {
    await using server = startTlsServer({});
    expect(await failureOf(textFrom(new FetchTransport(), server.url))).toBe("CONNECT_FAILED");
  });

  test("refuses a certificate for another host", async () => {
    await using server = startTlsServer({});
    const url = new URL(server.url.href.replace("localhost", "127.0.0.2"));
    const transport = new FetchTransport({ tls: { certificateAuthorities: CERTIFICATE } });
    expect(await failureOf(textFrom(transport, url))).toBe("CONNECT_FAILED");
  });

  test("shows its own certificate where the subgraph asks for one", async () => {
    await using server = startTlsServer({ ca: CERTIFICATE, requestCert: true, rejectUnauthorized: true });
    const anonymous = new FetchTransport({ tls: { certificateAuthorities: CERTIFICATE } });
    expect(await failureOf(textFrom(anonymous, server.url))).toBe("CONNECT_FAILED");
    const clientAuthentication = { certificateChain: CERTIFICATE, key: KEY };
    const known = new FetchTransport({ tls: { certificateAuthorities: CERTIFICATE, clientAuthentication } });
    expect(await textFrom(known, server.url)).toBe("secret");
  });

  test("speaks HTTP/2 where told to", async () => {
    const server = createSecureServer({ cert: CERTIFICATE, key: KEY }, (request, response) => {
      response.end(`version ${request.httpVersion}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/`);
    const transport = new FetchTransport({ protocol: "http2", tls: { certificateAuthorities: CERTIFICATE } });
    expect(await textFrom(transport, url)).toBe("version 2.0");
    transport.close();
    server.close();
  });

  test("says so when HTTP/2 cannot be had", async () => {
    await using server = startTlsServer({});
    const transport = new FetchTransport({ protocol: "http2", tls: { certificateAuthorities: CERTIFICATE } });
    expect(await failureOf(textFrom(transport, server.url))).toBe("CONNECT_FAILED");
    const withoutTls = new URL(server.url.href.replace("https", "http"));
    expect(await failureOf(textFrom(transport, withoutTls))).toBe("CONNECT_FAILED");
  });
});

const CERTIFICATE = readFileSync(new URL("./fixtures/localhost.cert.pem", import.meta.url), "utf8");
const KEY = readFileSync(new URL("./fixtures/localhost.key.pem", import.meta.url), "utf8");

function startTlsServer(tls: Bun.TLSOptions): { url: URL } & AsyncDisposable {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    tls: { cert: CERTIFICATE, key: KEY, ...tls },
    fetch: () => new Response("secret"),
  });
  return {
    url: new URL(`https://localhost:${server.port}/`),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

async function textFrom(transport: FetchTransport, url: URL): Promise<string> {
  return (await transport.send(toRequest(url, { timeoutMs: 2_000 }))).text();
}
