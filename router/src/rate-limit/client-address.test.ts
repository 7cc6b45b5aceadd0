import { describe, expect, test } from "bun:test";
import { parseAddressRange } from "../config/sections/shared/address-range.ts";
import { createAddressFinder } from "./client-address.ts";

const find = createAddressFinder({
  trustedProxies: ["10.0.0.0/8", "fd00::/8", "192.0.2.7"].map((text) => parseAddressRange(text)!),
  ipv6Prefix: 64,
});

describe("behind proxies that are trusted", () => {
  test.each([
    ["the one that a proxy saw", "10.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["through two proxies", "10.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"],
    ["never what a client wrote itself", "10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"],
    ["with the port that some add", "10.0.0.1", "203.0.113.9:4711", "203.0.113.9"],
    ["a proxy whose address is written as IPv6 has it", "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["a client likewise", "10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"],
    ["in hexadecimal", "10.0.0.1", "[::ffff:cb00:7109]:443", "203.0.113.9"],
    ["over IPv6", "fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2/64"],
    ["garbage ends the walk", "10.0.0.1", "1.1.1.1, <script>", "10.0.0.1"],
    ["nothing but proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["an empty list", "192.0.2.7", "", "192.0.2.7"],
    ["none", "192.0.2.7", null, "192.0.2.7"],
    ["a socket in the file system", undefined, "203.0.113.9", "203.0.113.9"],
  ])("%s", (_name, peer, forwardedFor, client) => {
    expect(find(peer, forwardedFor)).toBe(client);
  });

  test("a list of any length is read only so far", () => {
    const long = Array.from({ length: 100_000 }, () => "10.0.0.2").join();
    const startedMs = performance.now();
    expect(find("10.0.0.1", `203.0.113.9,${long}`)).toBe("10.0.0.2");
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});

test("who is not trusted is known by his connection, whatever he writes", () => {
  expect(find("203.0.113.9", "1.1.1.1")).toBe("203.0.113.9");
  expect(createAddressFinder({ trustedProxies: [], ipv6Prefix: 64 })("127.0.0.1", "1.1.1.1")).toBe(
    "127.0.0.1",
  );
});

test("one text for one client, however it was written", () => {
  const texts = ["2001:db8::1", "2001:0db8:0:0:ffff::9", "2001:DB8:0:0:1:2:3:4", "2001:db8::1%eth0"];
  expect(new Set(texts.map((text) => find(text, null)))).toEqual(new Set(["2001:db8:0:0/64"]));
  const whole = createAddressFinder({ trustedProxies: [], ipv6Prefix: 128 });
  expect(whole("2001:db8::1", null)).toBe("2001:db8:0:0:0:0:0:1/128");
  const odd = createAddressFinder({ trustedProxies: [], ipv6Prefix: 56 });
  expect(odd("2001:db8:1:2ff::1", null)).toBe(odd("2001:db8:1:200::1", null));
  expect(odd("2001:db8:1:2ff::1", null)).not.toBe(odd("2001:db8:1:300::1", null));
});

test.each(["10.0.0.0/33", "10.0.0", "::/129", "1::2::3", "10.0.0.0/8/8", "example.com", "1:2:3:4:5:6:7:8:9"])(
  "%s is no range of addresses",
  (text) => {
    expect(parseAddressRange(text)).toBeUndefined();
  },
);
