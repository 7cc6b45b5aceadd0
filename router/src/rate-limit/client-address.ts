import {
  type AddressBytes,
  type AddressRange,
  isMappedIpv4,
  parseAddress,
} from "../config/sections/shared/address-range.ts";

export interface AddressSettings {
  trustedProxies: readonly AddressRange[];
  /** How much of an IPv6 address is one client. */
  ipv6Prefix: number;
}

export type FindClientAddress = (peer: string | undefined, forwardedFor: string | null) => string;

/** A list of thousands of addresses is nobody's honest way here. */
const hopsMax = 32;

/**
 * Who is behind a connection. What X-Forwarded-For says is written by the client first and by each proxy after it,
 * so it is read from the right, and only as far as those who wrote it are trusted.
 */
export function createAddressFinder({ trustedProxies, ipv6Prefix }: AddressSettings): FindClientAddress {
  return function findClientAddress(peer, forwardedFor) {
    let client = peer === undefined ? undefined : parseAddress(peer);
    // A socket in the file system has no address: whoever may open it is a proxy on this machine.
    const isProxy = peer === undefined ? trustedProxies.length > 0 : isTrusted(client, trustedProxies);
    if (!isProxy || forwardedFor === null) return writeAddress(client, ipv6Prefix);
    for (const hop of forwardedFor.split(",").slice(-hopsMax).reverse()) {
      const address = parseHop(hop.trim());
      if (!address) break;
      client = address;
      if (!isTrusted(client, trustedProxies)) break;
    }
    return writeAddress(client, ipv6Prefix);
  };
}

function isTrusted(bytes: AddressBytes | undefined, ranges: readonly AddressRange[]): boolean {
  return bytes !== undefined && ranges.some((range) => contains(range, bytes));
}

function contains({ bytes: start, prefixBits }: AddressRange, bytes: AddressBytes): boolean {
  const whole = prefixBits >> 3;
  for (let index = 0; index < whole; index++) if (bytes[index] !== start[index]) return false;
  const rest = prefixBits & 7;
  return rest === 0 || (bytes[whole]! ^ start[whole]!) >> (8 - rest) === 0;
}

/** Some proxies add the port: `1.2.3.4:5678`, `[::1]:5678`. */
function parseHop(text: string): AddressBytes | undefined {
  const [, bracketed, ipv4] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  return parseAddress(bracketed ?? ipv4 ?? text);
}

const unknown = "unknown";

/** One text for each client, however its address was written. */
function writeAddress(bytes: AddressBytes | undefined, ipv6Prefix: number): string {
  if (!bytes) return unknown;
  if (isMappedIpv4(bytes)) return bytes.slice(12).join(".");
  const groups: string[] = [];
  for (let bit = 0; bit < ipv6Prefix; bit += 16) {
    const kept = Math.min(16, ipv6Prefix - bit);
    const group = (bytes[bit >> 3]! << 8) | bytes[(bit >> 3) + 1]!;
    groups.push((group & (0xffff << (16 - kept)) & 0xffff).toString(16));
  }
  return `${groups.join(":")}/${ipv6Prefix}`;
}
