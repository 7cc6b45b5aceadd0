import { describe, expect, test } from "bun:test";
import type { CorsConfig, CorsPolicy } from "../config/sections/cors.ts";
import { createCors } from "./cors.ts";

const studio = "https://studio.apollographql.com";

function policy(given: Partial<CorsPolicy>): CorsPolicy {
  return {
    origins: [],
    matchOrigins: [],
    allowCredentials: undefined,
    allowHeaders: [],
    exposeHeaders: [],
    methods: undefined,
    maxAgeSeconds: undefined,
    privateNetworkAccess: undefined,
    ...given,
  };
}

function config(given: Partial<CorsConfig> = {}): CorsConfig {
  return {
    allowAnyOrigin: false,
    allowCredentials: false,
    allowHeaders: [],
    methods: ["GET", "POST"],
    exposeHeaders: undefined,
    maxAgeSeconds: undefined,
    policies: [policy({ origins: [studio] })],
    ...given,
  };
}

function preflight(given: Partial<CorsConfig>, headers: Record<string, string>): Headers {
  return createCors(config(given)).answerPreflight(
    new Request("http://localhost/", { method: "OPTIONS", headers }),
  ).headers;
}

function answer(given: Partial<CorsConfig>, origin: string | null, headers = new Headers()): Headers {
  createCors(config(given)).addHeaders(origin, headers);
  return headers;
}

describe("an answer lets in", () => {
  const allowed = (given: Partial<CorsConfig>, origin: string | null) =>
    answer(given, origin).get("access-control-allow-origin");

  test("an origin that a policy names", () => {
    expect(allowed({}, studio)).toBe(studio);
  });

  test.each(["https://evil.example", `${studio}.evil.example`, `${studio}:444`, "null", "", null])(
    "not %p",
    (origin) => {
      expect(allowed({}, origin)).toBeNull();
    },
  );

  test("an origin that a pattern matches", () => {
    const policies = [policy({ matchOrigins: [/^https:\/\/[a-z]+\.example$/] })];
    expect(allowed({ policies }, "https://a.example")).toBe("https://a.example");
    expect(allowed({ policies }, "https://a.example.evil")).toBeNull();
  });

  test("any origin where that is asked for", () => {
    expect(allowed({ allowAnyOrigin: true, policies: null }, "https://evil.example")).toBe("*");
    expect(allowed({ policies: null }, studio)).toBeNull();
  });
});

test("the first policy that knows the origin decides, and falls back on what holds for all", () => {
  const policies = [
    policy({ origins: ["https://a.example"], allowCredentials: true, exposeHeaders: ["x-a"] }),
    policy({ matchOrigins: [/example/], allowCredentials: false }),
  ];
  const first = answer({ policies, exposeHeaders: ["x-all"] }, "https://a.example");
  expect(first.get("access-control-allow-credentials")).toBe("true");
  expect(first.get("access-control-expose-headers")).toBe("x-a");
  const second = answer({ policies, allowCredentials: true, exposeHeaders: ["x-all"] }, "https://b.example");
  expect(second.get("access-control-allow-credentials")).toBeNull();
  expect(second.get("access-control-expose-headers")).toBe("x-all");
});

test("a preflight mirrors the headers that are asked for, unless some are given", () => {
  const asked = { origin: studio, "access-control-request-headers": "x-one, x-two" };
  expect(preflight({}, asked).get("access-control-allow-headers")).toBe("x-one, x-two");
  expect(preflight({ allowHeaders: ["x-one"] }, asked).get("access-control-allow-headers")).toBe("x-one");
});

test("a preflight names the methods and how long they hold", () => {
  const headers = preflight({ maxAgeSeconds: 7.5 }, { origin: studio });
  expect(headers.get("access-control-allow-methods")).toBe("GET, POST");
  expect(headers.get("access-control-max-age")).toBe("7");
  const policies = [policy({ origins: [studio], methods: [], maxAgeSeconds: 1 })];
  const own = preflight({ policies, maxAgeSeconds: 7 }, { origin: studio });
  expect(own.get("access-control-allow-methods")).toBe("");
  expect(own.get("access-control-max-age")).toBe("1");
});

test("caches are told once that answers vary with the origin", () => {
  expect(answer({}, null).get("vary")).toBe("origin");
  expect(answer({}, studio, new Headers({ vary: "accept-encoding" })).get("vary")).toBe(
    "accept-encoding, origin",
  );
  expect(answer({}, studio, new Headers({ vary: "Origin" })).get("vary")).toBe("Origin");
});
