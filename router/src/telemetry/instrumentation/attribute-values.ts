import { STATUS_CODES } from "node:http";
import type { AttributeValue } from "../telemetry-options.ts";

/** Lists of one kind are attributes; whatever else is made of parts stands as JSON. */
export function toAttribute(value: unknown): AttributeValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (isPlain(value)) return value;
  if (Array.isArray(value) && value.every((item) => isPlain(item) && typeof item === typeof value[0])) {
    return value;
  }
  return JSON.stringify(value);
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

export function showStatus(status: number | undefined, form: unknown): AttributeValue | undefined {
  return form === "reason" && status !== undefined ? STATUS_CODES[status] : status;
}

export function showName(name: string | undefined, form: unknown): string | undefined {
  return form === "hash" && name !== undefined
    ? new Bun.CryptoHasher("sha256").update(name).digest("hex")
    : name;
}

export function findBaggage(baggage: string | undefined, name: string): string | undefined {
  return baggageMembers(baggage).find(([key]) => key === name)?.[1];
}

/** Names and values, without what else is said of them: https://www.w3.org/TR/baggage/ */
export function baggageMembers(baggage: string | undefined): [name: string, value: string][] {
  const members = baggage?.split(",") ?? [];
  return members.slice(0, MEMBERS_MAX).flatMap((member): [string, string][] => {
    const pair = /^\s*([^=;\s]+)\s*=\s*([^;]*)/.exec(member);
    return pair ? [[pair[1]!, decodePercent(pair[2]!.trim())]] : [];
  });
}

const MEMBERS_MAX = 64;

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
