import { expect, test } from "bun:test";
import { parseListenAddress, printListenAddress } from "./listen-address.ts";

test.each([
  ["127.0.0.1:4000", { host: "127.0.0.1", port: 4000 }],
  ["0.0.0.0:0", { host: "0.0.0.0", port: 0 }],
  ["[::1]:4000", { host: "::1", port: 4000 }],
  ["/run/router.sock", { unixPath: "/run/router.sock" }],
  ["unix:///run/router.sock", { unixPath: "/run/router.sock" }],
])("%s", (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
});

test.each([
  "",
  "4000",
  "localhost:4000",
  "127.0.0.1",
  "127.0.0.1:65536",
  "300.0.0.1:1",
  "[1:2]:3",
  "http://127.0.0.1:1",
])("%p is no address", (text) => {
  expect(parseListenAddress(text)).toBeUndefined();
});

test.each(["127.0.0.1:4000", "[::1]:4000", "unix:///run/router.sock"])(
  "%s prints as it was written",
  (text) => {
    const address = parseListenAddress(text);
    expect(address && printListenAddress(address)).toBe(text);
  },
);
