/** An IP address as sixteen bytes; IPv4 stands in them as IPv6 does it, behind ::ffff. */
export type AddressBytes = readonly number[];

export interface AddressRange {
  readonly bytes: AddressBytes;
  readonly prefixBits: number;
}

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
const mappedBits = 96;

/** `10.0.0.0/8`, `fd00::/8` or one address. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = "", bits, ...rest] = text.split("/");
  const bytes = parseAddress(address);
  if (!bytes || rest.length > 0) return undefined;
  if (bits === undefined) return { bytes, prefixBits: 128 };
  if (!/^\d{1,3}$/.test(bits)) return undefined;
  const prefixBits = Number(bits) + (address.includes(":") ? 0 : mappedBits);
  return prefixBits <= 128 ? { bytes, prefixBits } : undefined;
}

export function parseAddress(text: string): AddressBytes | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

export function isMappedIpv4(bytes: AddressBytes): boolean {
  return mappedPrefix.every((byte, index) => bytes[index] === byte);
}

function parseIpv4(text: string): AddressBytes | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  if (!parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return [...mappedPrefix, ...parts.map(Number)];
}

/** https://www.rfc-editor.org/rfc/rfc4291#section-2.2; a zone, as in fe80::1%eth0, says nothing about who it is. */
function parseIpv6(text: string): AddressBytes | undefined {
  const [address = ""] = text.split("%", 1);
  const halves = address.split("::");
  if (halves.length > 2) return undefined;
  const [front, back] = halves.map(readGroups);
  if (!front || (halves.length === 2 && !back)) return undefined;
  const missing = 16 - front.length - (back?.length ?? 0);
  if (back ? missing < 2 : missing !== 0) return undefined;
  return [...front, ...Array.from({ length: missing }, () => 0), ...(back ?? [])];
}

function readGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    if (index === groups.length - 1 && group.includes(".")) {
      const ipv4 = parseIpv4(group);
      if (!ipv4) return undefined;
      bytes.push(...ipv4.slice(12));
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes.length <= 16 ? bytes : undefined;
}
