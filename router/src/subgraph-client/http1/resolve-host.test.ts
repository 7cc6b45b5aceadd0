import { expect, test } from "bun:test";
import { type DnsStrategy, type LookUp, resolveHost } from "./resolve-host.ts";

test.each<[DnsStrategy, string, string[] | "none"]>([
  ["ipv4_only", "both", ["192.0.2.1"]],
  ["ipv4_only", "six", "none"],
  ["ipv6_only", "both", ["2001:db8::1"]],
  ["ipv6_only", "four", "none"],
  ["ipv4_and_ipv6", "both", ["192.0.2.1", "2001:db8::1"]],
  ["ipv4_and_ipv6", "six", ["2001:db8::1"]],
  ["ipv4_and_ipv6", "neither", "none"],
  ["ipv4_then_ipv6", "both", ["192.0.2.1"]],
  ["ipv4_then_ipv6", "six", ["2001:db8::1"]],
  ["ipv6_then_ipv4", "both", ["2001:db8::1"]],
  ["ipv6_then_ipv4", "four", ["192.0.2.1"]],
  ["ipv6_then_ipv4", "neither", "none"],
])("%s: a host with addresses of %s", async (strategy, host, expected) => {
  const found = await resolveHost(host, strategy, lookUp).catch(() => "none");
  expect(found).toEqual(expected);
});

const lookUp: LookUp = async (host, family) => {
  if (family === 4 && (host === "both" || host === "four")) return [{ address: "192.0.2.1" }];
  if (family === 6 && (host === "both" || host === "six")) return [{ address: "2001:db8::1" }];
  throw new Error("not found");
};
