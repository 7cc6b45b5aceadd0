import { describe, expect, test } from "bun:test";
import { createOutbound } from "./outbound.ts";
import { ProviderError } from "./provider-error.ts";
import { requestJson } from "./request-json.ts";

const down = () => Promise.reject(new ProviderError("toast", "UNAVAILABLE", "toast answered 503"));
const refused = () => Promise.reject(new ProviderError("toast", "REFUSED", "no"));
const read = { tenantId: "t1", isRepeatable: true };
const write = { tenantId: "t1", isRepeatable: false };

describe("calls to the outside", () => {
  test("what may be asked twice is asked again, what may not is not", async () => {
    const outbound = createOutbound({ provider: "toast" });
    let calls = 0;
    const stumbling = () => (++calls < 3 ? down() : Promise.resolve("well"));
    expect(await outbound.call(read, stumbling)).toBe("well");
    calls = 0;
    expect(await outbound.call(write, stumbling).catch((e) => e)).toMatchObject({ failure: "UNAVAILABLE" });
    expect(calls).toBe(1);
  });

  test("a refusal is not asked again and opens no circuit", async () => {
    const outbound = createOutbound({ provider: "toast", failuresMax: 2 });
    let calls = 0;
    for (let at = 0; at < 5; at++) {
      await outbound
        .call(read, () => {
          calls++;
          return refused();
        })
        .catch(() => {});
    }
    expect([calls, outbound.stateOf("t1")]).toEqual([5, "closed"]);
  });

  test("time-outs stop the call; so many in a row open this tenant's circuit alone, and one good call closes it", async () => {
    const states: string[] = [];
    const outbound = createOutbound({
      ...{ provider: "toast", timeoutMs: 10, failuresMax: 5, openMs: 100 },
      onStateChange: (tenantId, state) => states.push(`${tenantId} ${state}`),
    });
    let stopped = 0;
    const silent = (signal: AbortSignal) =>
      new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => {
          stopped++;
          reject(signal.reason);
        }),
      );
    for (let at = 0; at < 5; at++) {
      expect(await outbound.call(write, silent).catch((e) => e)).toMatchObject({ failure: "TIMED_OUT" });
    }
    expect(stopped).toBe(5);
    let calls = 0;
    const count = async () => ++calls;
    expect(await outbound.call(write, count).catch((e) => e)).toMatchObject({ failure: "CIRCUIT_OPEN" });
    expect(await outbound.call({ ...write, tenantId: "t2" }, count)).toBe(1);
    await Bun.sleep(120);
    expect(await outbound.call(write, count)).toBe(2);
    expect(states).toEqual(["t1 open", "t1 half-open", "t1 closed"]);
  });

  test("whoever gives up stops the call", async () => {
    const outbound = createOutbound({ provider: "toast" });
    const abort = new AbortController();
    const call = outbound.call(
      { ...write, signal: abort.signal },
      (signal) =>
        new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    abort.abort();
    expect(await call.catch((e) => e)).toBeInstanceOf(ProviderError);
  });
});

describe("JSON over HTTP", () => {
  const answers: Record<string, () => Response> = {
    "/good": () => Response.json({ a: 1 }),
    "/limited": () => new Response("{}", { status: 429, headers: { "retry-after": "2" } }),
    "/refused": () => Response.json({ code: 10005, message: "The order is voided" }, { status: 400 }),
    "/page": () => new Response("<html>"),
    "/large": () => new Response("x".repeat(2_000)),
    "/moved": () => Response.redirect("http://127.0.0.1:9/", 302),
  };

  async function ask(path: string) {
    await using server = serveAnswers();
    const signal = AbortSignal.timeout(5_000);
    return await requestJson({
      ...{ provider: "toast", url: `${server.url}${path}`, signal, answerBytesMax: 1_000 },
      explain: (body) => {
        const { message, code } = (body ?? {}) as { message?: string; code?: number };
        return { message, code: code === undefined ? undefined : String(code) };
      },
    }).catch((error) => error);
  }

  function serveAnswers() {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => answers[new URL(request.url).pathname]!(),
    });
    return { url: server.url.origin, [Symbol.asyncDispose]: () => server.stop(true) };
  }

  test("gives what a good answer says", async () => {
    expect(await ask("/good")).toEqual({ a: 1 });
  });

  test.each([
    ["/limited", { failure: "RATE_LIMITED", retryAfterMs: 2_000 }],
    ["/refused", { failure: "REFUSED", code: "10005", message: "The order is voided", status: 400 }],
    ["/page", { failure: "UNREADABLE" }],
    ["/large", { failure: "UNREADABLE", message: "toast answered more than 1000 bytes" }],
  ])("%s fails with its reason", async (path, expected) => {
    expect(await ask(path)).toMatchObject(expected);
  });

  test("follows nobody elsewhere", async () => {
    expect(await ask("/moved")).toBeInstanceOf(Error);
  });
});
