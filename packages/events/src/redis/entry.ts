import type { DomainEvent } from "../event.ts";

/** A stream's entry: its id and its fields, names and values in turn. */
export type RawEntry = [id: string, fields: string[] | null];

export interface Entry {
  stream: string;
  entryId: string;
  event: DomainEvent;
  /** Failed attempts before this one. */
  attempts: number;
}

export function fieldsOf(event: DomainEvent, attempts = 0): string[] {
  return ["event", JSON.stringify(event), "type", event.type, "attempts", String(attempts)];
}

/** Undefined for one that was trimmed away meanwhile. */
export function readEntry(stream: string, [entryId, fields]: RawEntry): Entry | undefined {
  if (!fields) return undefined;
  const values = new Map<string, string>();
  for (let index = 0; index < fields.length; index += 2)
    values.set(fields[index] ?? "", fields[index + 1] ?? "");
  const later = values.get("later");
  // After a pause the event stands inside what was kept meanwhile, as it was written: Lua would write it differently.
  const event = later
    ? (JSON.parse(later) as { event: DomainEvent }).event
    : (JSON.parse(values.get("event") ?? "null") as DomainEvent);
  return { stream, entryId, event, attempts: Number(values.get("attempts") ?? 0) };
}
