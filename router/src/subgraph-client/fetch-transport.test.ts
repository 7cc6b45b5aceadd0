import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createSecureServer, type ServerHttp2Session } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { FetchTransport } from "./fetch-transport.ts";
import { describeTransportContract, failureOf, toRequest } from "./transport-contract.ts";
import { describeTransportFaults } from "./transport-faults.ts";

const CERTIFICATE = readFileSync(new URL("./fixtures/localhost.cert.pem", import.meta.url), "utf8");
const KEY = readFileSync(new URL("./fixtures/localhost.key.pem", import.meta.url), "utf8");

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

describeTransportContract({
  name: "FetchTransport over HTTP/2",
  start: async (handler) => {
    const tls = { cert: CERTIFICATE, key: KEY };
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      tls,
      http2: true,
      http1: false,
      fetch: handler,
    });
    return {
      transport: new FetchTransport({ protocol: "either", tls: { certificateAuthorities: CERTIFICATE } }),
      url: new URL(`https://localhost:${server.port}/graphql`),
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

  test("asks for HTTP/2 first where either will do, and remembers who has none", async () => {
    const versions: string[] = [];
    let connections = 0;
    const options = { cert: CERTIFICATE, key: KEY };
    const modern = createSecureServer(options, (request, response) => response.end(request.httpVersion));
    const old = createTlsServer(options, (request, response) => response.end(request.httpVersion));
    old.on("secureConnection", () => connections++);
    const transport = new FetchTransport({
      protocol: "either",
      tls: { certificateAuthorities: CERTIFICATE },
    });
    for (const server of [modern, old]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/`);
      for (let count = 0; count < 3; count++) versions.push(await textFrom(transport, url));
    }
    expect(versions).toEqual(["2.0", "2.0", "2.0", "1.1", "1.1", "1.1"]);
    expect(connections).toBeLessThanOrEqual(2);
    transport.close();
    modern.close();
    old.close();
  });

  test("gives each call its own answer over HTTP/2, whatever is aborted and however connections end", async () => {
    const sessions = new Set<ServerHttp2Session>();
    const server = createSecureServer({ cert: CERTIFICATE, key: KEY }, (request, response) => {
      request.on("error", () => {});
      let body = "";
      request.on("data", (piece) => {
        body += piece;
      });
      request.on("end", () => {
        const { number, size } = JSON.parse(body) as { number: number; size: number };
        setTimeout(() => response.end(`${"x".repeat(size)}${number}`), number % 5);
      });
    });
    server.on("session", (session) => {
      sessions.add(session);
      session.on("error", () => {});
      session.on("close", () => sessions.delete(session));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/`);
    const transport = new FetchTransport({
      protocol: "either",
      tls: { certificateAuthorities: CERTIFICATE },
    });
    const failures = new Set<string>();
    let next = 0;
    let answered = 0;
    async function call(): Promise<void> {
      while (next < 3_000) {
        const number = next++;
        const size = [0, 100, 5_000, 100_000][number % 4]!;
        const signal = number % 10 === 0 ? AbortSignal.timeout(number % 7) : undefined;
        const body = JSON.stringify({ number, size });
        const sent = transport.send(toRequest(url, { body, timeoutMs: 5_000, idempotent: true, signal }));
        const text = await sent.then((response) => response.text()).catch((error) => error.code);
        if (text === `${"x".repeat(size)}${number}`) answered++;
        else failures.add(text);
      }
    }
    const ending = setInterval(() => {
      for (const session of sessions) if (next % 2 === 0) session.close();
      for (const session of sessions) if (next % 2 === 1) session.destroy();
    }, 100);
    await Promise.all(Array.from({ length: 100 }, call));
    clearInterval(ending);
    // A call is repeated once, and may lose the next connection, too.
    expect([...failures].filter((code) => code !== "ABORTED" && code !== "CONNECTION_LOST")).toEqual([]);
    expect(answered).toBeGreaterThan(2_600);
    transport.close();
    for (const session of sessions) session.destroy();
    server.close();
  }, 30_000);

  test("says so when HTTP/2 cannot be had", async () => {
    await using server = startTlsServer({});
    const transport = new FetchTransport({ protocol: "http2", tls: { certificateAuthorities: CERTIFICATE } });
    expect(await failureOf(textFrom(transport, server.url))).toBe("CONNECT_FAILED");
    const withoutTls = new URL(server.url.href.replace("https", "http"));
    expect(await failureOf(textFrom(transport, withoutTls))).toBe("CONNECT_FAILED");
  });
});

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
