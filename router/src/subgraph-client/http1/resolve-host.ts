/** Apollo's `dns_resolution_strategy`. */
export type DnsStrategy = "ipv4_only" | "ipv6_only" | "ipv4_and_ipv6" | "ipv6_then_ipv4" | "ipv4_then_ipv6";

export type LookUp = (hostname: string, family: 4 | 6) => Promise<{ address: string }[]>;

/** The addresses of a host in the order in which to try them. Rejects when there is none. */
export async function resolveHost(
  hostname: string,
  strategy: DnsStrategy,
  lookUp = lookUpInDns,
): Promise<string[]> {
  const [first, second] = FAMILIES[strategy];
  if (strategy === "ipv4_and_ipv6") {
    const found = await Promise.allSettled([lookUp(hostname, 4), lookUp(hostname, 6)]);
    const addresses = found.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    if (addresses.length === 0 && found[0].status === "rejected") throw found[0].reason;
    return toAddresses(addresses);
  }
  try {
    return toAddresses(await lookUp(hostname, first));
  } catch (error) {
    if (second === undefined) throw error;
    return toAddresses(await lookUp(hostname, second));
  }
}

const FAMILIES: Record<DnsStrategy, [4 | 6, (4 | 6)?]> = {
  ipv4_only: [4],
  ipv6_only: [6],
  ipv4_and_ipv6: [4, 6],
  ipv6_then_ipv4: [6, 4],
  ipv4_then_ipv6: [4, 6],
};

function lookUpInDns(hostname: string, family: 4 | 6): Promise<{ address: string }[]> {
  return Bun.dns.lookup(hostname, { family });
}

function toAddresses(found: { address: string }[]): string[] {
  return found.slice(0, ADDRESSES_MAX).map(({ address }) => address);
}

const ADDRESSES_MAX = 8;
