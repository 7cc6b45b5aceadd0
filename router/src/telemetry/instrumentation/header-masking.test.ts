import { describe, expect, test } from "bun:test";
import { configFromYaml } from "../../config/router-config.ts";
import { telemetryOf } from "../telemetry-of.ts";
import { compileMasking } from "./header-masking.ts";

/** By the `headers` section of a configuration file. */
function maskingBy(headers: string) {
  return compileMasking(telemetryOf(configFromYaml(`headers: ${headers}`)).headerMasking);
}

describe("headers whose values nobody may see", () => {
  test("are those that Apollo Router lists, and whatever is called like a secret", () => {
    const isMasked = maskingBy("{}");
    for (const name of ["authorization", "set-cookie", "x-auth-token", "x-csrf-token", "password"]) {
      expect(isMasked("request", name)).toBe(true);
      expect(isMasked("response", name, "reviews")).toBe(true);
    }
    expect(isMasked("request", "x-tenant")).toBe(false);
  });

  test("and those that the configuration names, for the direction that it names them for", () => {
    const isMasked = maskingBy("{ all: { request: { masking: { sensitive_headers: [X-Tenant] } } } }");
    expect(isMasked("request", "x-tenant")).toBe(true);
    expect(isMasked("request", "cookie")).toBe(true);
    expect(isMasked("response", "x-tenant")).toBe(false);
  });

  test("or only those", () => {
    const isMasked = maskingBy(
      "{ all: { response: { masking: { replace_defaults: true, sensitive_headers: [x-tenant] } } } }",
    );
    expect(isMasked("response", "x-tenant")).toBe(true);
    expect(isMasked("response", "set-cookie")).toBe(false);
    expect(isMasked("request", "cookie")).toBe(true);
  });

  test("or none", () => {
    const isMasked = maskingBy(
      "{ all: { request: { masking: { enabled: false, sensitive_headers: [a] } } } }",
    );
    expect(isMasked("request", "authorization")).toBe(false);
    expect(isMasked("request", "a")).toBe(false);
  });

  test("are others for one subgraph where it says so, and as for all where it does not", () => {
    const isMasked = maskingBy(`{
      all: { request: { masking: { sensitive_headers: [x-all] } }, response: { masking: { sensitive_headers: [x-all] } } },
      subgraphs: { users: { request: { masking: { sensitive_headers: [x-users] } } } } }`);
    expect(isMasked("request", "x-users", "users")).toBe(true);
    expect(isMasked("request", "x-all", "users")).toBe(false);
    expect(isMasked("response", "x-all", "users")).toBe(true);
    expect(isMasked("request", "x-users", "reviews")).toBe(false);
    expect(isMasked("request", "x-all", "reviews")).toBe(true);
    expect(isMasked("request", "x-users")).toBe(false);
  });
});
