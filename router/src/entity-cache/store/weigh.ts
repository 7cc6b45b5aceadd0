import type { JsonValue } from "../../json.ts";

/**
 * What a value takes in memory, as measured with `bench/entity-cache-memory.ts`: rather too much than too little, as
 * the sum is held to a bound that a process must stay below.
 */
export function weigh(value: JsonValue | undefined): number {
  if (typeof value === "string") return weighText(value);
  if (value === null || typeof value !== "object") return 8;
  if (Array.isArray(value)) {
    let total = 40 + 8 * value.length;
    for (const item of value) total += weigh(item);
    return total;
  }
  let total = 40;
  for (const key in value) total += 8 + weigh(value[key]!);
  return total;
}

export function weighText(text: string): number {
  return 32 + text.length;
}

/** An entity's own objects, its place in maps and in the queue. */
export const entityBytes = 320;
export const viewBytes = 160;
export const tagBytes = 80;
